package dev.belvedere.model.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AnchoredRegexTest {

    private static void assertRefused(String expression, String problem) {
        assertThatThrownBy(() -> AnchoredRegex.compile(expression))
                .isInstanceOf(InvalidRegexException.class)
                .hasMessageStartingWith("error parsing regexp: ")
                .hasMessageContaining(problem);
    }

    @Test
    void expressions_that_cost_too_much_to_compile_are_refused() {
        assertRefused("(a*)*|".repeat(5000), "expression too large");
        assertRefused("(".repeat(2000) + "a" + ")".repeat(2000), "expression nests too deeply");
        assertRefused("a".repeat(AnchoredRegex.MAX_LENGTH + 1), "longer than");
    }

    @Test
    void a_wrong_expression_is_told_by_its_own_piece() {
        assertRefused("(", "missing closing ): `(`");
        assertRefused("a)", "unexpected ): `a)`");
        assertRefused("a)|(b", "unexpected ): `a)|(b`");
        assertRefused("[", "missing closing ]: `[`");
        assertRefused("a**", "invalid nested repetition operator: `**`");
        assertThat(AnchoredRegex.compile("\\Q(+").matches("(+")).isTrue();
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

    @Test
    void expressions_matched_without_the_automaton_match_what_it_would() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        String[] parts = {"a", "b", "ab", "\\.", ".", "😀", "\n", ".*", ".+", ".*", ".+", "|", "a+", "\\+"};
        String[] characters = {"a", "b", ".", "+", "😀", "\n"};
        for (int round = 0; round < 20_000; round++) {
            String expression = joined(parts, random, 6);
            AnchoredRegex regex = AnchoredRegex.compile(expression);
            String value = joined(characters, random, 7);
            assertThat(regex.matches(value))
                    .as("seed %d: '%s' on '%s'", seed, expression, value)
                    .isEqualTo(regex.pattern().matches(value));
        }
    }

    private static String joined(String[] parts, Random random, int most) {
        StringBuilder joined = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            joined.append(parts[random.nextInt(parts.length)]);
        }
        return joined.toString();
    }
}
