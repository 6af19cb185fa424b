package dev.belvedere.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.belvedere.model.labels.LabelMatcher;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.promql.script.PromqlScript;
import dev.belvedere.promql.script.ScriptResult;
import dev.belvedere.testkit.fuzz.ParserBudget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Arbitrary text as queries, selectors, series and test scripts: it parses or is refused with a place; what parses is
/// printed so that it parses to the same again.
class PromqlFuzzTest {

    private static final ParserBudget BUDGET = ParserBudget.of(8 << 20, 20_000);

    /// Beyond this a script may ask for work that is not the parser's.
    private static final int MAX_SCRIPT_BYTES = 500;

    static Stream<byte[]> queries() {
        return bytes(
                "sum by (job, \"utf-8\") (rate(http_requests_total{code=~\"5..\", m!=\"\"}[5m] offset -1h @ 1.5))",
                "-a ^ 2 ^ -3 % 1e-7 atan2 0x1f + Inf",
                "a and on (x) group_left (y) (b unless ignoring () c) or vector(1) == bool 2",
                "histogram_quantile(0.9, sum without (le) (x)) > topk(3, `raw\\n`)",
                "quantile_over_time(0.5, (a{b=\"c\"}[1h30m:15s] @ end())[1d:] offset 5m)",
                "{\"a.b\", c=\"\\xe2\\x82\\xac\\u20ac\\\"\"} # a comment\n * 'single'",
                "rate(m[5m] smoothed) - rate(m[step() * 2 + 1m] anchored) + on () fill_left (0) x",
                "limitk(1, info(a)) / max_over_time(a[max(5m, range())])");
    }

    static Stream<byte[]> selectors() {
        return bytes("up", "{__name__=~\"a|b\",c!~\".*\"}", "{\"quoted name\", 'x'='y'}", "a{b=\"c\",}");
    }

    static Stream<byte[]> scripts() {
        return bytes(
                "load 5m\n  m{a=\"1\"} 0+10x5 _ stale NaN 1x3\n  h {{schema:1 count:4 sum:5 buckets:[1 2 1]}}x2\n\n"
                        + "eval instant at 10m sum(m)\n  {} 20\n",
                "eval range from 0 to 10m step 5m vector(1)\n  {} 1 1 1\n",
                "eval_fail instant at 0 sum(\nclear\n# nothing");
    }

    private static Stream<byte[]> bytes(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @MethodSource("queries")
    @FuzzTest
    void query(byte[] bytes) {
        String query = text(bytes);
        Expr expr;
        try {
            BUDGET.run(bytes.length, () -> Parser.parse(query, ParserOptions.EVERYTHING));
            expr = Parser.parse(query, ParserOptions.EVERYTHING);
        } catch (ParseException e) {
            assertThat(e.position().start()).isBetween(0, query.length());
            assertThat(e.position().end()).isBetween(e.position().start(), query.length() + 1);
            return;
        }
        String printed = Printer.print(expr);
        requirePrintsAs(printed, printed);
        requirePrintsAs(Printer.pretty(expr), printed);
    }

    private static void requirePrintsAs(String query, String expected) {
        Expr again;
        try {
            again = Parser.parse(query, ParserOptions.EVERYTHING);
        } catch (ParseException e) {
            throw new AssertionError("what was printed does not parse: " + query, e);
        }
        assertThat(signed(Printer.print(again))).isEqualTo(signed(expected));
    }

    /// Infinity is printed with its sign, as Prometheus does it. Before a power that is read as a sign of the whole
    /// power, which is printed once more and changes no value.
    private static String signed(String printed) {
        return printed.replaceAll("\\++Inf \\^", "+Inf ^");
    }

    @MethodSource("selectors")
    @FuzzTest
    void selector(byte[] bytes) {
        String selector = text(bytes);
        try {
            List<LabelMatcher> matchers = Parser.parseSelector(selector);
            Expr expr = Parser.parse(selector, ParserOptions.DEFAULT);
            assertThat(((VectorSelector) expr).matchers()).isEqualTo(matchers);
        } catch (ParseException e) {
            assertThat(e.reason()).isNotEmpty();
        }
        try {
            Labels labels = Parser.parseLabels(selector);
            assertThat(Parser.parseLabels(labels.toString())).isEqualTo(labels);
        } catch (ParseException e) {
            assertThat(e.reason()).isNotEmpty();
        }
    }

    @MethodSource("scripts")
    @FuzzTest
    void script(byte[] bytes) {
        if (bytes.length <= MAX_SCRIPT_BYTES) {
            ScriptResult result = PromqlScript.run("fuzz.test", text(bytes));
            assertThat(result.passed()).isNotNegative();
            assertThat(result.messages()).doesNotContain("");
        }
    }
}
