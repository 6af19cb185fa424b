package dev.belvedere.agent.gpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// Many of a device's fields asked in one call of `nvmlDeviceGetFieldValues`.
final class FieldValues {

    static final int ECC_RETIRED_SBE = 29;
    static final int ECC_RETIRED_DBE = 30;
    static final int ECC_RETIRED_PENDING = 31;
    static final int NVLINK_CRC_FLIT_ERRORS = 38;
    static final int NVLINK_CRC_DATA_ERRORS = 45;
    static final int NVLINK_REPLAY_ERRORS = 52;
    static final int NVLINK_RECOVERY_ERRORS = 59;
    static final int POWER_VIOLATION = 74;
    static final int THERMAL_VIOLATION = 75;
    static final int SYNC_BOOST_VIOLATION = 76;
    static final int BOARD_LIMIT_VIOLATION = 77;
    static final int LOW_UTILIZATION_VIOLATION = 78;
    static final int RELIABILITY_VIOLATION = 79;
    static final int MEMORY_TEMPERATURE = 82;
    static final int NVLINK_DATA_TX_KIB = 138;
    static final int NVLINK_DATA_RX_KIB = 139;
    static final int NVLINK_XMIT_BYTES = 202;
    static final int NVLINK_RECEIVE_BYTES = 204;

    private static final List<Integer> ASKED = List.of(
            ECC_RETIRED_SBE,
            ECC_RETIRED_DBE,
            ECC_RETIRED_PENDING,
            NVLINK_CRC_FLIT_ERRORS,
            NVLINK_CRC_DATA_ERRORS,
            NVLINK_REPLAY_ERRORS,
            NVLINK_RECOVERY_ERRORS,
            POWER_VIOLATION,
            THERMAL_VIOLATION,
            SYNC_BOOST_VIOLATION,
            BOARD_LIMIT_VIOLATION,
            LOW_UTILIZATION_VIOLATION,
            RELIABILITY_VIOLATION,
            MEMORY_TEMPERATURE,
            NVLINK_DATA_TX_KIB,
            NVLINK_DATA_RX_KIB,
            NVLINK_XMIT_BYTES,
            NVLINK_RECEIVE_BYTES);

    /// `nvmlFieldValue_t`: field 0, scope 4, timestamp 8, latency 16, type 24, return code 28, value 32.
    private static final long STRUCT_BYTES = 40;

    private static final long SCOPE = 4;
    private static final long TYPE = 24;
    private static final long CODE = 28;
    private static final long VALUE = 32;

    /// The sum over all NVLinks.
    private static final int ALL_LINKS = 0xFFFFFFFF;

    private final Map<Integer, Double> values = new HashMap<>();

    static FieldValues of(DeviceCalls calls) {
        FieldValues result = new FieldValues();
        MemorySegment fields = calls.arena().allocate(STRUCT_BYTES * ASKED.size(), Long.BYTES);
        for (int i = 0; i < ASKED.size(); i++) {
            fields.set(ValueLayout.JAVA_INT, i * STRUCT_BYTES, ASKED.get(i));
            fields.set(ValueLayout.JAVA_INT, i * STRUCT_BYTES + SCOPE, isOfAllLinks(ASKED.get(i)) ? ALL_LINKS : 0);
            fields.set(ValueLayout.JAVA_INT, i * STRUCT_BYTES + CODE, Nvml.FUNCTION_NOT_FOUND);
        }
        int code = calls.nvml().call(NvmlFunction.FIELD_VALUES, calls.device(), ASKED.size(), fields);
        if (DeviceCalls.isSuccess(code)) {
            for (int i = 0; i < ASKED.size(); i++) {
                MemorySegment field = fields.asSlice(i * STRUCT_BYTES, STRUCT_BYTES);
                if (DeviceCalls.isSuccess(field.get(ValueLayout.JAVA_INT, CODE))) {
                    result.values.put(ASKED.get(i), value(field));
                }
            }
        }
        return result;
    }

    private static boolean isOfAllLinks(int field) {
        return field == NVLINK_DATA_TX_KIB
                || field == NVLINK_DATA_RX_KIB
                || field == NVLINK_XMIT_BYTES
                || field == NVLINK_RECEIVE_BYTES;
    }

    /// By `nvmlValueType_t`.
    private static double value(MemorySegment field) {
        return switch (field.get(ValueLayout.JAVA_INT, TYPE)) {
            case 0 -> field.get(ValueLayout.JAVA_DOUBLE, VALUE);
            case 1 -> Integer.toUnsignedLong(field.get(ValueLayout.JAVA_INT, VALUE));
            case 5 -> field.get(ValueLayout.JAVA_INT, VALUE);
            case 6 -> Short.toUnsignedInt(field.get(ValueLayout.JAVA_SHORT, VALUE));
            default -> field.get(ValueLayout.JAVA_LONG, VALUE);
        };
    }

    OptionalDouble get(int field) {
        Double value = values.get(field);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
