package dev.belvedere.alerting.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusFunctionsTest {

    private static final long NOW = 1_700_000_000_000L;

    private static final FunctionSet FUNCTIONS =
            PrometheusFunctions.at(NOW, "http://obs.example:9090/base", PrometheusFunctionsTest::query);

    private static List<QuerySample> query(String expression) {
        return switch (expression) {
            case "up" -> List.of(sample("b", 0), sample("a", 1));
            case "none" -> List.of();
            default -> throw new TemplateFailure("unknown query " + expression);
        };
    }

    private static QuerySample sample(String instance, double value) {
        return new QuerySample(new TextMap(Map.of("instance", instance)), value);
    }

    private static String expand(String text) {
        return Template.parse("t", text, FUNCTIONS).expand(Map.of(), TemplateLimits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            value = {
                "query \"up\" | first | value ~ 0",
                "query \"up\" | sortByLabel \"instance\" | first | label \"instance\" ~ a",
                "(query \"up\" | first).Labels.nosuch ~ ^^",
                "query \"up\" | len ~ 2",
                "query \"up\" | first | strvalue ~ ^^",
                "humanize 0 ~ 0",
                "humanize 2345678 ~ 2.346M",
                "humanize -12.5 ~ -12.5",
                "humanize 0.0345 ~ 34.5m",
                "humanize \"1000\" ~ 1k",
                "humanize1024 3145728 ~ 3Mi",
                "humanize1024 0.5 ~ 0.5",
                "humanizeDuration 0 ~ 0s",
                "humanizeDuration 0.25 ~ 250ms",
                "humanizeDuration 45.678 ~ 45.68s",
                "humanizeDuration 3725 ~ 1h 2m 5s",
                "humanizeDuration 200000 ~ 2d 7h 33m 20s",
                "humanizeDuration -90 ~ -1m 30s",
                "humanizePercentage 0.12345 ~ 12.35%",
                "humanizeTimestamp 1700000000 ~ 2023-11-14 22:13:20 +0000 UTC",
                "humanizeTimestamp 1700000000.5 ~ 2023-11-14 22:13:20.5 +0000 UTC",
                "(toTime 1700000000).Format \"2006-01-02 15:04 MST Mon Jan _2\" ~ 2023-11-14 22:13 UTC Tue Nov 14",
                "(toTime 1700000000).Year ~ 2023",
                "((toTime 1700000000).Add (toDuration 60)).Unix ~ 1700000060",
                "(toDuration 5400.5).String ~ 1h30m0.5s",
                "now ~ 1.7e+09",
                "parseDuration \"1h30m\" ~ 5400",
                "parseDuration \"-5s\" ~ -5",
                "title \"gpu node o'neil Xid\" ~ Gpu Node O'neil Xid",
                "toUpper \"abc\" ~ ABC",
                "toLower \"ABC\" ~ abc",
                "match \"^g.u$\" \"gpu\" ~ true",
                "reReplaceAll \"(.*):(\\\\d+)\" \"$2/${1}\" \"host:99\" ~ 99/host",
                "reReplaceAll \"a\" \"$$b$9\" \"aXa\" ~ $bX$b",
                "stripPort \"node-1:9100\" ~ node-1",
                "stripPort \"[::1]:80\" ~ ::1",
                "stripPort \"node-1\" ~ node-1",
                "stripDomain \"n1.rack.dc:9100\" ~ n1:9100",
                "stripDomain \"10.0.0.1:9100\" ~ 10.0.0.1:9100",
                "stripDomain \"n1.rack\" ~ n1",
                "graphLink \"up == 0\" ~ /graph?g0.expr=up+%3D%3D+0&g0.tab=0",
                "tableLink \"up\" ~ /graph?g0.expr=up&g0.tab=1",
                "externalURL ~ http://obs.example:9090/base",
                "pathPrefix ~ /base",
                "(args 1 \"b\").arg1 ~ b",
                "safeHtml \"<b>\" ~ <b>",
                "urlQueryEscape \"a b\" ~ a+b",
            })
    void functions_answer_as_prometheus_documents_them(String pipeline, String expected) {
        assertThat(expand("{{ " + pipeline + " }}")).isEqualTo(expected);
    }

    @Test
    void templates_loop_over_queries() {
        assertThat(expand(
                        "{{ range query `up` | sortByLabel `instance` }}{{ .Labels.instance }}={{ .Value }} {{ end }}"))
                .isEqualTo("a=1 b=0 ");
        assertThat(expand("{{ define `x` }}<{{ . }}>{{ end }}{{ tmpl `x` 5 }}")).isEqualTo("<5>");
    }

    @Test
    void a_function_that_fails_says_why() {
        assertThatThrownBy(() -> expand("{{ query `none` | first }}"))
                .hasMessage("template: t:1:18: executing \"t\" at <first>: error calling first: "
                        + "first() called on vector with no elements");
        assertThatThrownBy(() -> expand("{{ humanize `one` }}"))
                .hasMessageContaining("error calling humanize: strconv.ParseFloat: parsing \"one\": invalid syntax");
        assertThatThrownBy(() -> expand("{{ match `(` `x` }}")).hasMessageContaining("error parsing regexp");
        assertThatThrownBy(() -> expand("{{ toUpper 1 }}"))
                .hasMessageContaining("wrong type for value; expected string; got int");
        assertThatThrownBy(() -> expand("{{ toTime 1e30 }}")).hasMessageContaining("overflows int64");
    }
}
