package dev.belvedere.acceptance.promql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.promql.syntax.AggregateOp;
import dev.belvedere.promql.syntax.BinaryOp;
import dev.belvedere.promql.syntax.Function;
import dev.belvedere.promql.syntax.ParseException;
import dev.belvedere.promql.syntax.Parser;
import dev.belvedere.promql.syntax.ParserOptions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The random queries of the differential test reach the whole language, and each piece of it often enough.
final class CoverageTest {

    private static final int QUERIES = 40_000;
    private static final int SEED = 1000;
    private static final int TIMES = 4;

    /// What the oldest reference does not have yet.
    private static final Set<Function> NEWEST = EnumSet.of(
            Function.FIRST_OVER_TIME,
            Function.TS_OF_FIRST_OVER_TIME,
            Function.HISTOGRAM_QUANTILES,
            Function.START,
            Function.END,
            Function.RANGE,
            Function.STEP,
            Function.MIN_OF,
            Function.MAX_OF);

    /// It needs a feature that changes how counters are read.
    private static final Set<Function> NOT_ASKED = EnumSet.of(Function.START_TIMESTAMP);

    private static final List<String> MODIFIERS = List.of(
            "selector @ TIMESTAMP",
            "selector @ START",
            "selector @ END",
            "selector offset back",
            "selector offset ahead",
            "selector @ and offset",
            "subquery @ TIMESTAMP",
            "subquery @ START",
            "subquery @ END",
            "subquery offset back",
            "subquery offset ahead",
            "subquery of the default step",
            "subquery in a subquery",
            "by labels",
            "by nothing",
            "without labels",
            "without nothing",
            "on labels",
            "on nothing",
            "ignoring labels",
            "many-to-one",
            "many-to-one with labels",
            "one-to-many",
            "one-to-many with labels",
            "matcher EQUAL",
            "matcher NOT_EQUAL",
            "matcher REGEX",
            "matcher NOT_REGEX",
            "topk of a calculated parameter",
            "quantile of a calculated parameter",
            "limit_ratio of a calculated parameter",
            "unary VECTOR",
            "unary SCALAR",
            "text",
            "parentheses");

    private static Map<String, Integer> counts(boolean isNewest) {
        Coverage coverage = new Coverage();
        Examination examination = new Examination(SEED, isNewest);
        for (int i = 0; i < QUERIES; i++) {
            try {
                coverage.add(Parser.parse(examination.nextQuestion().text(), ParserOptions.EVERYTHING));
            } catch (ParseException e) {
                // One that was spoilt.
            }
        }
        System.out.println("how often " + QUERIES + " random queries have what: " + coverage.counts());
        return coverage.counts();
    }

    private static List<String> wanted(Set<Function> unwanted) {
        List<String> wanted = new ArrayList<>(MODIFIERS);
        for (Function function : Function.values()) {
            if (!unwanted.contains(function)) {
                wanted.add(function.text() + "()");
            }
        }
        for (AggregateOp op : AggregateOp.values()) {
            wanted.add(op.text());
        }
        for (BinaryOp op : BinaryOp.values()) {
            if (op == BinaryOp.TRIM_LOWER || op == BinaryOp.TRIM_UPPER) {
                continue;
            }
            List<String> signs = op.isComparison() ? List.of(op.sign(), op.sign() + " bool") : List.of(op.sign());
            for (String sign : signs) {
                wanted.add(sign + " of vector and vector");
                if (!op.isSetOperator()) {
                    wanted.add(sign + " of vector and scalar");
                    wanted.add(sign + " of scalar and vector");
                }
            }
        }
        return wanted;
    }

    private static List<String> rare(List<String> wanted, Map<String, Integer> counts) {
        List<String> rare = new ArrayList<>(wanted);
        rare.removeIf(what -> counts.getOrDefault(what, 0) >= TIMES);
        return rare;
    }

    @Test
    void queries_for_the_oldest_reference_reach_every_function_operator_and_modifier() {
        Map<String, Integer> counts = counts(false);
        Set<Function> unwanted = EnumSet.copyOf(NEWEST);
        unwanted.addAll(NOT_ASKED);
        assertThat(rare(wanted(unwanted), counts))
                .as("what is reached less than " + TIMES + " times")
                .isEmpty();
    }

    @Test
    void queries_for_the_newest_reference_reach_what_is_new_too() {
        Map<String, Integer> counts = counts(true);
        List<String> wanted = wanted(NOT_ASKED);
        wanted.addAll(List.of("fill", "ANCHORED", "SMOOTHED", "range of durations", "selector offset of durations"));
        wanted.addAll(List.of("</ of vector and scalar", ">/ of vector and scalar"));
        assertThat(rare(wanted, counts))
                .as("what is reached less than " + TIMES + " times")
                .isEmpty();
    }
}
