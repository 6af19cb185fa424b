package dev.belvedere.testkit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// A fault that only a fuzzer which sees coverage finds. `./belvedere fuzz` looks for it first, and trusts nothing else
/// if it is not found.
class PlantedFaultFuzzTest {

    private static final boolean IS_PLANTED = Boolean.getBoolean("belvedere.planted");

    @FuzzTest
    void planted_fault(byte[] bytes) {
        if (IS_PLANTED && bytes.length == 5 && bytes[0] == 'f' && bytes[1] == 'a' && bytes[2] == 'u') {
            if (bytes[3] == 'l' && bytes[4] == 't') {
                throw new IllegalStateException("the planted fault");
            }
        }
    }
}
