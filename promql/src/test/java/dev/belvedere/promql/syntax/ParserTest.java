package dev.belvedere.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.labels.LabelMatcher;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {

    private static Expr parse(String query) {
        return Parser.parse(query, ParserOptions.EVERYTHING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "# nothing                       | 1:1: parse error: no expression found in input",
                "up +                            | 1:5: parse error: unexpected end of input",
                "up up                           | 1:4: parse error: unexpected identifier \"up\"",
                "1))                             | 1:3: parse error: unexpected right parenthesis ')'",
                "(1                              | 1:3: parse error: unclosed left parenthesis",
                "up{                             | 1:4: parse error: unexpected end of input inside braces",
                "up{a}                           | 1:5: parse error: unexpected \"}\" in label matching, expected label matching operator",
                "up{a=b}                         | 1:6: parse error: unexpected identifier \"b\" in label matching, expected string",
                "up{a=\"b\" c=\"d\"}             | 1:10: parse error: unexpected identifier \"c\" in label matching, expected \",\" or \"}\"",
                "up{a=~\"(\"}                    | 1:4: parse error: error parsing regexp: missing closing ): `(`",
                "up[5m                           | 1:6: parse error: unclosed left bracket",
                "up[0s]                          | 1:4: parse error: duration must be greater than 0",
                "up[5x]                          | 1:4: parse error: bad number or duration syntax: \"5\"",
                "up[5m][5m]                      | 1:7: parse error: ranges only allowed for vector selectors",
                "up offset 1m[5m]                | 1:13: parse error: no offset modifiers allowed before range",
                "up offset x                     | 1:11: parse error: unexpected identifier \"x\" in offset, expected number, duration, step(), or range()",
                "up offset 1.5h                  | 1:11: parse error: unknown unit \".\" in duration \"1.5h\"",
                "up offset 1h1h1x                | 1:11: parse error: bad number or duration syntax: \"1h1h1\"",
                "up offset 1m1h                  | 1:11: parse error: not a valid duration string: \"1m1h\"",
                "up offset 999999999y            | 1:11: parse error: duration out of range",
                "up offset -Inf                  | 1:11: parse error: duration out of range",
                "up offset - -Inf                | 1:14: parse error: duration out of range",
                "up[-1e10]                       | 1:5: parse error: duration out of range",
                "up[5m:,]                        | 1:7: parse error: unexpected \",\" in subquery selector, expected number, duration, step(), range(), or \"]\"",
                "up @ 1e30                       | 1:1: parse error: timestamp out of bounds for @ modifier: 1000000000000000019884624838656.000000",
                "up * on (a) group_left [5m]     | 1:24: parse error: unexpected \"[\" in grouping opts, expected \"(\"",
                "1 offset 1m                     | 1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
                "up @ start                      | 1:11: parse error: unexpected end of input in @, expected timestamp",
                "up @ 1 @ 2                      | 1:1: parse error: @ <timestamp> may not be set multiple times",
                "sum(up                          | 1:7: parse error: unclosed left parenthesis",
                "sum()                           | 1:1: parse error: no arguments for aggregate expression provided",
                "sum(up up)                      | 1:8: parse error: unexpected identifier \"up\" in aggregation",
                "sum by up (x)                   | 1:8: parse error: unexpected identifier \"up\" in grouping opts, expected \"(\"",
                "topk(up)                        | 1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1",
                "nope(up)                        | 1:1: parse error: unknown function with name \"nope\"",
                "rate(up)                        | 1:6: parse error: expected type range vector in call to function \"rate\", got instant vector",
                "rate(up[5m], 1)                 | 1:1: parse error: expected 1 argument(s) in call to \"rate\", got 2",
                "abs(up,)                        | 1:7: parse error: trailing commas not allowed in function call args",
                "abs(up, [5m])                   | 1:7: parse error: trailing commas not allowed in function call args",
                "1 > 2                           | 1:3: parse error: comparisons between scalars must use BOOL modifier",
                "up + bool up                    | 1:4: parse error: bool modifier can only be used on comparison operators",
                "1 and up                        | 1:1: parse error: set operator \"and\" not allowed in binary scalar expression",
                "sum by (without) (up)           | 1:9: parse error: unexpected <without> in grouping opts, expected label",
                "up and on(a) group_left() up    | 1:1: parse error: no grouping allowed for \"and\" operation",
                "up + on(a) group_left(a) up     | 1:4: parse error: label \"a\" must not occur in ON and GROUP clause at once",
                "up + on(a) 1                    | 1:1: parse error: vector matching only allowed between instant vectors",
                "-\"a\"                          | 1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"string\"",
                "{}                              | 1:1: parse error: vector selector must contain at least one non-empty matcher",
                "{a=\"\"}                        | 1:1: parse error: vector selector must contain at least one non-empty matcher",
                "up{__name__=\"down\"}           | 1:1: parse error: metric name must not be set twice: \"up\" or \"down\"",
                "info(up, up)                    | 1:10: parse error: expected label selectors only, got vector selector instead",
                "\"\\xyz\"                       | 1:1: parse error: illegal character U+0079 'y' in escape sequence",
            })
    void a_mistake_is_named_where_it_stands(String query, String message) {
        assertThatThrownBy(() -> parse(query))
                .isInstanceOf(ParseException.class)
                .hasMessage(message);
    }

    @Test
    void what_is_not_printable_is_shown_as_it_can_be_written() {
        assertThatThrownBy(() -> parse("up \u0007")).hasMessage("1:4: parse error: unexpected character: '\\a'");
        assertThatThrownBy(() -> parse("up \u200b")).hasMessage("1:4: parse error: unexpected character: '\\u200b'");
        assertThat(parse("up{a=\"\\x07\\v\\u00a0\"}")).hasToString("up{a=\"\\a\\v\\u00a0\"}");
    }

    @Test
    void nothing_is_no_expression() {
        assertThatThrownBy(() -> parse("")).hasMessage("unknown position: parse error: no expression found in input");
    }

    @Test
    void positions_count_lines_and_bytes() {
        assertThatThrownBy(() -> parse("sum(\n  up{job=\"ä\"} x)"))
                .hasMessage("2:16: parse error: unexpected identifier \"x\" in aggregation")
                .satisfies(e -> {
                    PositionRange position = ((ParseException) e).position();
                    assertThat(position.start()).isEqualTo(19);
                    assertThat(position.end()).isEqualTo(20);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 + 2 * 3 ^ 2 ^ 3           | 1 + (2 * (3 ^ (2 ^ 3)))",
                "1 - 2 - 3                   | (1 - 2) - 3",
                "-a ^ 2                      | -(a ^ 2)",
                "-a * 2                      | (-a) * 2",
                "a or b and c unless d       | a or ((b and c) unless d)",
                "a == b + c or d             | (a == (b + c)) or d",
                "a atan2 b * c               | (a atan2 b) * c",
                "2 ^ -1 * 4                  | (2 ^ -1) * 4",
                "a + b offset 5m             | a + (b offset 5m)",
            })
    void operators_bind_as_in_the_manual(String query, String bracketed) {
        assertThat(shape(parse(query))).isEqualTo(shape(parse(bracketed)));
    }

    /// The expression with every binary operation in parentheses.
    private static String shape(Expr expr) {
        return switch (expr.unwrapped()) {
            case BinaryExpr e -> "(" + shape(e.left()) + e.op().sign() + shape(e.right()) + ")";
            case UnaryExpr e -> "(-" + shape(e.expr()) + ")";
            default -> expr.unwrapped().toString();
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum by (job) (rate(http_requests_total{code=~\"5..\",job!=\"a\"}[5m] offset 1h))",
                "topk(5, up @ 1603774568.000 offset -7m)",
                "a + on (x) group_left (y, \"z w\") b",
                "a == bool ignoring () b",
                "{\"utf8 name\",\"label.name\"=\"v\"}",
                "rate(x[5m])[30m:1m] @ end()",
                "x[step() * 2] anchored",
                "max_over_time(x[max_of(5m, 2 * step())] offset (range() / 2))",
                "a / on (x) fill_left (0) fill_right (-1) b",
                "a + fill (1e+06) b",
                "histogram_quantile(0.9, -x) </ 3",
                "label_replace(up, \"a\", \"$1\\n\", \"b\", \"(.*)\\\\d\")",
                "sum without () (up)",
                "x[36h15m] offset (-25h)",
                "count_values(\"v\", up) > 1h30m",
                "info(up, {__name__=~\"build_.+\",version!=\"\"})",
                "info(up, {})",
                "NaN + +Inf - 0.1",
                "\"\\xff\"",
            })
    void what_is_printed_parses_to_the_same(String query) {
        Expr expr = parse(query);
        assertThat(parse(expr.toString()).toString()).isEqualTo(expr.toString());
        assertThat(parse(Printer.pretty(expr)).toString()).isEqualTo(expr.toString());
    }

    @Test
    void long_expressions_are_broken_into_lines() {
        String query =
                "sum by (job, instance) (rate(prometheus_http_request_duration_seconds_count{handler=\"/api/v1/query\"}[5m]))"
                        + " / on(job) group_left() b";
        assertThat(Printer.pretty(parse(query))).isEqualTo("""
                          sum by (job, instance) (
                            rate(prometheus_http_request_duration_seconds_count{handler="/api/v1/query"}[5m])
                          )
                        / on (job) group_left ()
                          b""");
    }

    @Test
    void a_line_is_as_long_as_its_bytes() {
        String name = "{__name__=\"" + "\u00e9".repeat(48) + "\"}";
        assertThat(Printer.pretty(parse(name + " + b"))).isEqualTo("  " + name + "\n+\n  b");
    }

    @ParameterizedTest
    @CsvSource({
        "1_000, 1000",
        "0x1F, 31",
        "010, 8",
        "089, 89",
        "1.5e3, 1500",
        ".5, 0.5",
        "1e-7, 0.0000001",
        "5m, 300",
        "1h30m, 5400",
        "250ms, 0.25",
        "Inf, +Inf"
    })
    void numbers_come_in_many_forms(String text, String value) {
        assertThat(parse(text + " + 0").children().getFirst())
                .isInstanceOfSatisfying(
                        NumberLiteral.class,
                        n -> assertThat(NumberText.plain(n.value())).isEqualTo(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"limitk(1, x)", "mad_over_time(x[5m])", "x smoothed", "a + fill(0) b"})
    void experimental_syntax_needs_its_flag(String query) {
        assertThat(parse(query)).isNotNull();
        assertThatThrownBy(() -> Parser.parse(query, ParserOptions.DEFAULT)).isInstanceOf(ParseException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "x offset (-1m), x offset (-1m)",
        "x[(5m)], x[(5m)]",
        "x offset +(5), x offset (5)",
        "x offset + -17s, x offset -17s",
        "x offset - - 5m + 3m, x offset 5m + 3m",
        "x @ 1571153203793793, x @ 1571153203793793.000",
        "x offset -(-5m), x offset -(-5m)",
        "x[(5m):(1m)], x[(5m):(1m)]",
        "x[36h15m] offset 15d, x[1d12h15m] offset 15d",
        "x[2 * 5m], x[2 * 5m]"
    })
    void durations_are_printed_in_their_shortest_form_and_parentheses_stay(String query, String printed) {
        assertThat(Parser.parse(query, ParserOptions.DEFAULT)).hasToString(printed);
    }

    @Test
    void nesting_has_a_limit() {
        String deep = "(".repeat(Parser.MAX_DEPTH) + "1" + ")".repeat(Parser.MAX_DEPTH);
        String longChain = "1" + " + 1".repeat(Parser.MAX_DEPTH);
        assertThatThrownBy(() -> parse(deep)).hasMessageContaining("nested more than 500 deep");
        assertThatThrownBy(() -> parse(longChain)).hasMessageContaining("nested more than 500 deep");
        assertThatThrownBy(() -> parse("x[" + "(".repeat(100_000))).isInstanceOf(ParseException.class);
    }

    @Test
    void a_selector_alone_gives_its_matchers() {
        List<LabelMatcher> matchers = Parser.parseSelector("up{job=~\"a|b\"}");
        assertThat(matchers.toString()).isEqualTo("[job=~\"a|b\", __name__=\"up\"]");
        assertThatThrownBy(() -> Parser.parseSelector("up[5m]")).hasMessage("1:3: parse error: unexpected \"[\"");
    }

    @Test
    void keywords_can_be_metrics() {
        for (String name : List.of("sum", "by", "offset", "start", "fill", "step", "and", "max_of")) {
            assertThat(parse(name)).isInstanceOf(VectorSelector.class);
        }
    }
}
