package dev.belvedere.logql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.logql.syntax.LogqlExpr;
import dev.belvedere.logql.syntax.LogqlParseException;
import dev.belvedere.logql.syntax.LogqlParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LogqlParserTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{app=\"api\"}",
                "{app=~\"api|web\", env!=\"dev\"} |= \"error\" != \"timeout\" |~ \"5\\\\d\\\\d\" !~ `4\\d\\d`",
                "{app=\"api\"} |= \"a\" or \"b\" | json | status >= 500 and method=\"GET\" or duration > 1s",
                "{app=\"api\"} | json first=\"servers[0].name\", second=\"a.b\" | line_format \"{{.first}} {{.second}}\"",
                "{app=\"api\"} | logfmt --strict --keep-empty | size > 10KB | drop level, method=\"GET\" | keep app",
                "{app=\"api\"} | regexp \"(?P<ip>\\\\S+) (?P<code>\\\\d+)\" | pattern \"<a> - <_> <b>\" | decolorize | unpack",
                "{app=\"api\"} | label_format a=b, c=\"x{{.d}}\" | (status=200 or status=404), method=\"GET\"",
                "({app=\"api\"} |= \"x\")",
                "{app=\"api\"} # the rest is a comment\n |= \"x\""
            })
    void a_query_for_lines_is_one(String query) {
        assertThat(LogqlParser.parse(query)).isInstanceOf(LogqlExpr.LogQuery.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate({app=\"api\"}[5m])",
                "rate({app=\"api\"} |= \"x\" | json [1h30m] offset 5m)",
                "rate(({app=\"api\"} |= \"x\")[5m])",
                "rate({app=\"api\"}[5m] |= \"x\")",
                "sum by (app, env) (count_over_time({app=~\".+\"}[1m])) / 2",
                "topk(5, sum(rate({app=~\".+\"}[1m])) by (app))",
                "quantile_over_time(0.99, {app=\"a\"} | logfmt | unwrap duration(took) | __error__=\"\" [5m]) by (path)",
                "sum(rate({a=\"b\"}[1m])) > bool 5 and on (x) vector(1)",
                "sum without (pod) (bytes_rate({a=\"b\"}[1m])) * on (node) group_left (zone) sum(rate({a=\"b\"}[1m])) by (node)",
                "label_replace(rate({a=\"b\"}[1m]), \"x\", \"$1\", \"app\", \"(.*)\")",
                "-1 + 2 * 3 ^ 2",
                "absent_over_time({app=\"a\"}[5m])"
            })
    void a_query_for_numbers_is_one(String query) {
        assertThat(LogqlParser.parse(query)).isInstanceOf(LogqlExpr.MetricQuery.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '~',
            value = {
                "{}#line 1, col 1#at least one matcher",
                "{app=~\".*\"}#line 1, col 1#at least one matcher",
                "{app=\"api\"#line 1, col 11#unexpected end of input",
                "{app=\"api\"} |= error#line 1, col 16#a quoted string",
                "{app=\"api\"} | jsn#line 1, col 15#unknown stage",
                "{app=\"api\"} |~ \"a(\"#line 1, col 16#missing closing )",
                "{app=~\"a(\"}#line 1, col 7#missing closing )",
                "{app=\"api\"} | status > abc#line 1, col 24#a string, number, duration or size",
                "rate({app=\"api\"})#line 1, col 17#expected \"[\"",
                "rate({app=\"api\"}[0s])#line 1, col 18#longer than 0",
                "sum_over_time({app=\"api\"}[5m])#line 1, col 1#needs numbers",
                "count_over_time({a=\"b\"} | unwrap x [5m])#line 1, col 1#takes no unwrap",
                "foo({app=\"api\"}[5m])#line 1, col 1#unknown function",
                "rate({app=\"api\"}[5m]) and 1#line 1, col 23#series on both sides",
                "topk(0, rate({a=\"b\"}[5m]))#line 1, col 6#at least 1",
                "{app=\"a#line 1, col 6#not closed",
                "{a=\"b\"} | line_format \"{{ .x | upper }}\"#line 1, col 23#not built in yet",
                "{a=\"b\"} | addr = ip(\"10.0.0.0/8\")#line 1, col 18#not built in yet",
                "1 + {a=\"b\"}#line 1, col 5#aggregate them"
            })
    void an_error_names_its_place_and_what_is_wrong(String query, String place, String problem) {
        assertThatThrownBy(() -> LogqlParser.parse(query))
                .isInstanceOf(LogqlParseException.class)
                .hasMessageContaining("parse error at " + place + ":")
                .hasMessageContaining(problem);
    }

    @Test
    void nesting_is_bounded() {
        String query = "(".repeat(100_000) + "1" + ")".repeat(100_000);
        assertThatThrownBy(() -> LogqlParser.parse(query.substring(0, 60_000) + "1"))
                .isInstanceOf(LogqlParseException.class)
                .hasMessageContaining("nested deeper");
        assertThatThrownBy(() -> LogqlParser.parse(query)).hasMessageContaining("longer than");
    }
}
