package dev.belvedere.agent.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalLong;

/// NVML's questions about one device, within one arena. What is not supported, not permitted or not there is empty.
///
/// Every method throws [GpuLostException] once the device is gone.
record DeviceCalls(Nvml nvml, MemorySegment device, Arena arena) {

    /// Asks for an `unsigned int` that comes back through the last argument.
    OptionalLong uint(NvmlFunction function, Object... between) {
        MemorySegment answer = arena.allocate(ValueLayout.JAVA_INT);
        return isAnswered(function, answer, between)
                ? OptionalLong.of(Integer.toUnsignedLong(answer.get(ValueLayout.JAVA_INT, 0)))
                : OptionalLong.empty();
    }

    /// Asks for an `unsigned long long` that comes back through the last argument.
    OptionalLong ulong(NvmlFunction function, Object... between) {
        MemorySegment answer = arena.allocate(ValueLayout.JAVA_LONG);
        return isAnswered(function, answer, between)
                ? OptionalLong.of(answer.get(ValueLayout.JAVA_LONG, 0))
                : OptionalLong.empty();
    }

    /// Asks for a structure.
    ///
    /// @param version what its first word must hold; 0 for structures without one
    Optional<MemorySegment> struct(NvmlFunction function, long sizeBytes, int version) {
        MemorySegment answer = arena.allocate(sizeBytes, Long.BYTES);
        answer.set(ValueLayout.JAVA_INT, 0, version);
        return isAnswered(function, answer) ? Optional.of(answer) : Optional.empty();
    }

    private boolean isAnswered(NvmlFunction function, MemorySegment answer, Object... between) {
        Object[] arguments = new Object[between.length + 2];
        arguments[0] = device;
        System.arraycopy(between, 0, arguments, 1, between.length);
        arguments[arguments.length - 1] = answer;
        return isSuccess(nvml.call(function, arguments));
    }

    /// @return false for a code that means: not here
    static boolean isSuccess(int code) {
        if (code == Nvml.GPU_IS_LOST) {
            throw new GpuLostException();
        }
        return code == Nvml.SUCCESS;
    }
}
