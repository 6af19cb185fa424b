package dev.belvedere.agent.gpu;

import dev.belvedere.platform.machine.NativeLibrary;
import java.lang.invoke.MethodHandle;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// NVIDIA's management library as it is on this machine. A function that this version lacks answers
/// [#FUNCTION_NOT_FOUND], as NVML itself does.
final class Nvml {

    static final List<String> LIBRARY_NAMES =
            List.of("libnvidia-ml.so.1", "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1", "/usr/lib64/libnvidia-ml.so.1");

    static final int SUCCESS = 0;
    static final int INSUFFICIENT_SIZE = 7;
    static final int TIMEOUT = 10;
    static final int FUNCTION_NOT_FOUND = 13;
    static final int GPU_IS_LOST = 15;

    private final Map<NvmlFunction, MethodHandle> functions = new EnumMap<>(NvmlFunction.class);

    private Nvml(NativeLibrary library) {
        for (NvmlFunction function : NvmlFunction.values()) {
            library.function(function.symbol(), function.arguments())
                    .ifPresent(handle -> functions.put(function, handle));
        }
    }

    static Optional<Nvml> open(List<String> names) {
        return NativeLibrary.open(names).map(Nvml::new);
    }

    /// @param arguments of the types that the function takes: `MemorySegment`, `Integer`, `Long`
    /// @return NVML's code, [#SUCCESS] or another
    int call(NvmlFunction function, Object... arguments) {
        MethodHandle handle = functions.get(function);
        if (handle == null) {
            return FUNCTION_NOT_FOUND;
        }
        try {
            return handle.invokeWithArguments(arguments) instanceof Integer code ? code : FUNCTION_NOT_FOUND;
        } catch (Throwable e) {
            throw new IllegalStateException(function.symbol(), e);
        }
    }
}
