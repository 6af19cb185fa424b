package dev.belvedere.platform.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/// A shared library whose functions are bound one by one: a missing one is absent, not an error.
///
/// Every function is taken to return a C `int`. The library stays loaded until the process ends.
public final class NativeLibrary {

    private final SymbolLookup symbols;

    private NativeLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /// The first of the names that the dynamic linker finds; a name with a slash is a path.
    public static Optional<NativeLibrary> open(List<String> names) {
        for (String name : names) {
            try {
                return Optional.of(new NativeLibrary(SymbolLookup.libraryLookup(name, Arena.global())));
            } catch (IllegalArgumentException e) {
                continue;
            }
        }
        return Optional.empty();
    }

    /// The C library of the machine.
    public static NativeLibrary standard() {
        return new NativeLibrary(Linker.nativeLinker().defaultLookup());
    }

    /// @return empty where the library has no such symbol
    public Optional<MethodHandle> function(String symbol, MemoryLayout... arguments) {
        return symbols.find(symbol)
                .map(address -> Linker.nativeLinker()
                        .downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments)));
    }
}
