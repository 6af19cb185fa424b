package dev.belvedere.agent.gpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;

/// The functions of NVML that are used, each with its C arguments. All return an `nvmlReturn_t`.
enum NvmlFunction {
    INIT("nvmlInit_v2"),
    DRIVER_VERSION("nvmlSystemGetDriverVersion", ADDRESS, JAVA_INT),
    DEVICE_COUNT("nvmlDeviceGetCount_v2", ADDRESS),
    DEVICE_BY_INDEX("nvmlDeviceGetHandleByIndex_v2", JAVA_INT, ADDRESS),
    NAME("nvmlDeviceGetName", ADDRESS, ADDRESS, JAVA_INT),
    UUID("nvmlDeviceGetUUID", ADDRESS, ADDRESS, JAVA_INT),
    MINOR_NUMBER("nvmlDeviceGetMinorNumber", ADDRESS, ADDRESS),
    PCI_INFO("nvmlDeviceGetPciInfo_v3", ADDRESS, ADDRESS),

    CLOCK("nvmlDeviceGetClockInfo", ADDRESS, JAVA_INT, ADDRESS),
    TEMPERATURE("nvmlDeviceGetTemperature", ADDRESS, JAVA_INT, ADDRESS),
    TEMPERATURE_V("nvmlDeviceGetTemperatureV", ADDRESS, ADDRESS),
    TEMPERATURE_THRESHOLD("nvmlDeviceGetTemperatureThreshold", ADDRESS, JAVA_INT, ADDRESS),
    POWER_USAGE("nvmlDeviceGetPowerUsage", ADDRESS, ADDRESS),
    POWER_MANAGEMENT_LIMIT("nvmlDeviceGetPowerManagementLimit", ADDRESS, ADDRESS),
    ENFORCED_POWER_LIMIT("nvmlDeviceGetEnforcedPowerLimit", ADDRESS, ADDRESS),
    TOTAL_ENERGY("nvmlDeviceGetTotalEnergyConsumption", ADDRESS, ADDRESS),
    UTILIZATION("nvmlDeviceGetUtilizationRates", ADDRESS, ADDRESS),
    ENCODER_UTILIZATION("nvmlDeviceGetEncoderUtilization", ADDRESS, ADDRESS, ADDRESS),
    DECODER_UTILIZATION("nvmlDeviceGetDecoderUtilization", ADDRESS, ADDRESS, ADDRESS),
    MEMORY("nvmlDeviceGetMemoryInfo_v2", ADDRESS, ADDRESS),
    PCIE_REPLAY("nvmlDeviceGetPcieReplayCounter", ADDRESS, ADDRESS),
    PCIE_THROUGHPUT("nvmlDeviceGetPcieThroughput", ADDRESS, JAVA_INT, ADDRESS),
    PCIE_LINK_GENERATION("nvmlDeviceGetCurrPcieLinkGeneration", ADDRESS, ADDRESS),
    PCIE_LINK_WIDTH("nvmlDeviceGetCurrPcieLinkWidth", ADDRESS, ADDRESS),
    CLOCK_EVENT_REASONS("nvmlDeviceGetCurrentClocksEventReasons", ADDRESS, ADDRESS),
    CLOCK_THROTTLE_REASONS("nvmlDeviceGetCurrentClocksThrottleReasons", ADDRESS, ADDRESS),
    TOTAL_ECC_ERRORS("nvmlDeviceGetTotalEccErrors", ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
    REMAPPED_ROWS("nvmlDeviceGetRemappedRows", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
    FIELD_VALUES("nvmlDeviceGetFieldValues", ADDRESS, JAVA_INT, ADDRESS),
    COMPUTE_PROCESSES("nvmlDeviceGetComputeRunningProcesses_v3", ADDRESS, ADDRESS, ADDRESS),

    GPM_SUPPORT("nvmlGpmQueryDeviceSupport", ADDRESS, ADDRESS),
    GPM_SAMPLE_ALLOC("nvmlGpmSampleAlloc", ADDRESS),
    GPM_SAMPLE_GET("nvmlGpmSampleGet", ADDRESS, ADDRESS),
    GPM_METRICS_GET("nvmlGpmMetricsGet", ADDRESS),

    EVENT_SET_CREATE("nvmlEventSetCreate", ADDRESS),
    SUPPORTED_EVENT_TYPES("nvmlDeviceGetSupportedEventTypes", ADDRESS, ADDRESS),
    REGISTER_EVENTS("nvmlDeviceRegisterEvents", ADDRESS, JAVA_LONG, ADDRESS),
    EVENT_SET_WAIT("nvmlEventSetWait_v2", ADDRESS, ADDRESS, JAVA_INT);

    private final String symbol;
    private final MemoryLayout[] arguments;

    NvmlFunction(String symbol, MemoryLayout... arguments) {
        this.symbol = symbol;
        this.arguments = arguments;
    }

    String symbol() {
        return symbol;
    }

    MemoryLayout[] arguments() {
        return arguments.clone();
    }
}
