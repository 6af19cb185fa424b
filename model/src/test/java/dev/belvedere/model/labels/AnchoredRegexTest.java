package dev.belvedere.model.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AnchoredRegexTest {

    private static void assertRefused(String expression, String problem) {
        assertThatThrownBy(() -> AnchoredRegex.compile(expression))
                .isInstanceOf(InvalidRegexException.class)
                .hasMessageStartingWith("error parsing regexp ")
                .hasMessageContaining(problem);
    }

    @Test
    void expressions_that_cost_too_much_to_compile_are_refused() {
        assertRefused("(a*)*|".repeat(5000), "expression too large");
        assertRefused("(".repeat(2000) + "a" + ")".repeat(2000), "expression nests too deeply");
        assertRefused("a".repeat(AnchoredRegex.MAX_LENGTH + 1), "longer than");
    }

    @Test
    void long_lists_of_literals_are_not() {
        AnchoredRegex list = AnchoredRegex.compile("pod-\\(1\\)|".repeat(5000) + "last");
        assertThat(list.matches("last")).isTrue();
        assertThat(list.matches("pod-(1)")).isTrue();
        assertThat(list.matches("pod-1")).isFalse();
        assertThat(AnchoredRegex.compile("(" + "a|".repeat(20_000) + "b).*").matches("bc"))
                .isTrue();
    }
}
