package dev.belvedere.alerting.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {

    private static final Map<String, Object> DATA = Map.of(
            "name",
            "gpu-7",
            "count",
            3L,
            "share",
            0.25,
            "isHot",
            true,
            "list",
            List.of("a", "b", "c"),
            "none",
            List.of(),
            "map",
            Map.of("x", 1L, "y", "two"),
            "labels",
            new TextMap(Map.of("job", "dcgm", "gpu", "0")));

    private static String expand(String text) {
        return Template.parse("t", text, FunctionSet.GO).expand(DATA, TemplateLimits.DEFAULT);
    }

    private static String failure(String text) {
        try {
            return "no failure, but: " + expand(text);
        } catch (TemplateException e) {
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            value = {
                "plain ~ plain",
                "{{.name}} ~ gpu-7",
                "{{ .map.x }}{{ .map.y }} ~ 1two",
                "{{.missing}} ~ <no value>",
                "[{{.labels.missing}}] ~ []",
                "{{.labels}} ~ map[gpu:0 job:dcgm]",
                "{{.list}} {{.map}} ~ [a b c] map[x:1 y:two]",
                "{{1}} {{1.5}} {{1e6}} {{0x10}} {{'a'}} {{true}} ~ 1 1.5 1e+06 16 97 true",
                "{{\"q\\t\\u00e9\\\"\"}} ~ ^q\té\"^",
                "{{`raw\\n`}} ~ raw\\n",
                "a {{- /* gone */ -}} b ~ ab",
                "a {{- .name -}} b ~ agpu-7b",
                "{{if .isHot}}hot{{else}}cold{{end}} ~ hot",
                "{{if .none}}x{{else if eq .count 3}}three{{else}}y{{end}} ~ three",
                "{{with .map}}{{.x}}{{end}}{{with .none}}x{{else}}-{{end}} ~ 1-",
                "{{with .none}}x{{else with .name}}{{.}}{{end}} ~ gpu-7",
                "{{range .list}}<{{.}}>{{end}} ~ <a><b><c>",
                "{{range $i, $v := .list}}{{$i}}={{$v}};{{end}} ~ 0=a;1=b;2=c;",
                "{{range $k, $v := .labels}}{{$k}}={{$v}};{{end}} ~ gpu=0;job=dcgm;",
                "{{range .none}}x{{else}}empty{{end}} ~ empty",
                "{{range .list}}{{if eq . \"b\"}}{{continue}}{{end}}{{.}}{{end}} ~ ac",
                "{{range .list}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}} ~ a",
                "{{range 3}}{{.}}{{end}} ~ 012",
                "{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}} ~ 2",
                "{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}} ~ 21",
                "{{range .list}}{{$.name}} {{end}} ~ ^gpu-7 gpu-7 gpu-7 ^",
                "{{define \"d\"}}[{{.}}]{{end}}{{template \"d\" .name}}{{template \"d\"}} ~ [gpu-7][<no value>]",
                "{{block \"b\" .count}}{{.}}!{{end}} ~ 3!",
                "{{.name | printf \"%s-%d\" \"x\" | len}} ~ 19",
                "{{(index .list 1)}}{{index .map \"y\"}} ~ btwo",
                "{{slice .name 0 3}} {{slice .list 1}} ~ gpu [b c]",
                "{{and 1 0 2}} {{or 0 \"\" 5}} {{not 0}} ~ 0 5 true",
                "{{and false (index .list 9)}} ~ false",
                "{{eq .count 1 2 3}} {{ne .name \"x\"}} {{lt 1 2}} {{le 2 2}} {{gt 1.5 1.0}} {{ge 1 2}} "
                        + "~ true true true true true false",
                "{{print 1 2 \"x\" 3}} {{println \"a\" 1 | len}} ~ 1 2x3 4",
                "{{html \"<a href='x'>\"}} ~ &lt;a href=&#39;x&#39;&gt;",
                "{{js \"it's <b>\"}} ~ it\\'s \\u003Cb\\u003E",
                "{{urlquery \"a b&c\" }} ~ a+b%26c",
                "{{ .list\t| len }} ~ 3",
            })
    void templates_expand_as_go_expands_them(String template, String expected) {
        assertThat(expand(template.strip())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            value = {
                "%d ~ 42 ~ 42",
                "%5d| ~ 42 ~ ^   42|^",
                "%-5d| ~ 42 ~ ^42   |^",
                "%05d ~ -42 ~ -0042",
                "%+d ~ 42 ~ +42",
                "%x %X ~ 255 255 ~ ff FF",
                "%.2f ~ 3.14159 ~ 3.14",
                "%8.3f| ~ 3.14159 ~ ^   3.142|^",
                "%08.2f ~ -3.14159 ~ -0003.14",
                "%e ~ 1234.5678 ~ 1.234568e+03",
                "%g ~ 1234567.0 ~ 1.234567e+06",
                "%.4g ~ 0.00001234 ~ 1.234e-05",
                "%v ~ 0.1 ~ 0.1",
                "%s ~ \"x\" ~ x",
                "%6s|%-6s| ~ \"ab\" \"cd\" ~ ^    ab|cd    |^",
                "%.1s ~ \"xyz\" ~ x",
                "%q ~ \"a\\\"b\" ~ ^\"a\\\"b\"^",
                "%t %v ~ true false ~ true false",
                "%% ~ ~ %",
                "%T ~ 1.5 ~ float64",
                "%d ~ 1.5 ~ %!d(float64=1.5)",
                "%s ~ 5 ~ %!s(int=5)",
                "%d ~ ~ %!d(MISSING)",
                "x ~ 1 ~ x%!(EXTRA int=1)",
                "%[2]d %[1]d ~ 1 2 ~ 2 1",
                "%*d ~ 5 42 ~ ^   42^",
                "%z ~ 1 ~ %!z(int=1)",
                "%c%U ~ 97 97 ~ aU+0061",
            })
    void printf_formats_as_go_does(String format, String operands, String expected) {
        String given = operands == null ? "" : operands;
        assertThat(expand("{{printf `" + format + "` " + given + "}}")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            value = {
                "{{ ~ template: t:1: unclosed action",
                "a\\n{{ .x ~ template: t:2: unclosed action",
                "{{/* x ~ template: t:1: unclosed comment",
                "{{$x}} ~ template: t:1: undefined variable \"$x\"",
                "{{nosuch 1}} ~ template: t:1: function \"nosuch\" not defined",
                "{{if}}{{end}} ~ template: t:1: missing value for if",
                "{{if true}} ~ template: t:1: unexpected EOF",
                "{{end}} ~ template: t:1: unexpected {{end}}",
                "{{else}} ~ template: t:1: unexpected {{else}}",
                "{{break}} ~ template: t:1: {{break}} outside {{range}}",
                "{{\"x}} ~ template: t:1: unterminated quoted string",
                "{{(1}} ~ template: t:1: unclosed left paren",
                "{{1)}} ~ template: t:1: unexpected right paren",
                "{{1 | 2}} ~ template: t:1: non executable command in pipeline stage 2",
                "{{.x | }} ~ template: t:1: missing value for command",
                "{{a?}} ~ template: t:1: bad character U+003F '?'",
                "{{#}} ~ template: t:1: unrecognized character in action: U+0023 '#'",
                "{{1x}} ~ template: t:1: bad number syntax: \"1x\"",
                "{{$a, $b := 1}} ~ template: t:1: too many declarations in command",
                "{{define x}}{{end}} ~ template: t:1: unexpected \"x\" in define clause",
                "{{1.Foo}} ~ template: t:1: bad number syntax: \"1.Foo\"",
            })
    void faults_of_the_text_are_told_with_their_line(String template, String expected) {
        String text = template.replace("\\n", "\n");
        assertThatThrownBy(() -> Template.parse("t", text, FunctionSet.GO))
                .isInstanceOf(TemplateException.class)
                .hasMessage(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '^',
            value = {
                "{{.name.x}} ~ 1:7 ~ <.name.x> ~ can't evaluate field x in type string",
                "{{.missing.x}} ~ 1:10 ~ <.missing.x> ~ nil pointer evaluating interface {}.x",
                "{{index .list 3}} ~ 1:2 ~ <index .list 3> ~ error calling index: index out of range: 3",
                "{{lt 1 1.5}} ~ 1:2 ~ <lt 1 1.5> ~ error calling lt: incompatible types for comparison",
                "{{template \"no\"}} ~ 1:2 ~ ~ template \"no\" not defined",
                "ab\\nc{{len 1}} ~ 2:3 ~ <len 1> ~ error calling len: len of type int",
                "{{.name 1}} ~ 1:2 ~ <.name> ~ name is not a method but has arguments",
                "{{range .count | printf \"%d\"}}{{end}} ~ 1:8 ~ <.count | printf \"%d\"> ~ range can't iterate over 3",
                "{{1 2}} ~ 1:2 ~ <1> ~ can't give argument to non-function 1",
            })
    void faults_of_evaluation_are_told_with_their_place(String template, String place, String at, String problem) {
        String where = at == null ? "" : " at " + at;
        assertThat(failure(template.replace("\\n", "\n")))
                .isEqualTo("template: t:" + place + ": executing \"t\"" + where + ": " + problem);
    }

    @Test
    void endless_work_and_output_are_cut_off() {
        TemplateLimits limits = new TemplateLimits(1000, 100, 10);
        Template loops = Template.parse("t", "{{range 2000}}{{end}}", FunctionSet.GO);
        assertThatThrownBy(() -> loops.expand(DATA, limits)).hasMessageContaining("takes more than 1000 steps");
        Template writes = Template.parse("t", "{{range 50}}abc{{end}}", FunctionSet.GO);
        assertThatThrownBy(() -> writes.expand(DATA, limits)).hasMessageContaining("writes more than 100 characters");
        Template recurs =
                Template.parse("t", "{{define \"r\"}}{{template \"r\"}}{{end}}{{template \"r\"}}", FunctionSet.GO);
        assertThatThrownBy(() -> recurs.expand(DATA, limits)).hasMessageContaining("maximum template depth (10)");
        String nested = "{{if 1}}".repeat(300) + "{{end}}".repeat(300);
        assertThatThrownBy(() -> Template.parse("t", nested, FunctionSet.GO)).hasMessageContaining("nested deeper");
        String parentheses = "{{" + "(".repeat(300) + "1" + ")".repeat(300) + "}}";
        assertThatThrownBy(() -> Template.parse("t", parentheses, FunctionSet.GO))
                .hasMessageContaining("nested deeper");
        assertThatThrownBy(() -> expand("{{printf \"%999999d%999999d\" 1 1}}"))
                .hasMessageContaining("printf writes more than");
    }

    @Test
    void a_set_grows_by_further_texts_and_later_definitions_win() {
        Template set = Template.parse("main", "{{template \"greet\" .}}", FunctionSet.GO)
                .with("one", "{{define \"greet\"}}hi {{.}}{{end}}")
                .with("two", "{{define \"greet\"}}hello {{.}}{{end}}");
        assertThat(set.expand("you", TemplateLimits.DEFAULT)).isEqualTo("hello you");
        assertThat(set.expandNamed("greet", "all", TemplateLimits.DEFAULT)).isEqualTo("hello all");
    }

    @Test
    void floats_are_written_as_go_writes_them() {
        assertThat(GoFloat.shortest(1_353_755_652)).isEqualTo("1.353755652e+09");
        assertThat(GoFloat.shortest(123456)).isEqualTo("123456");
        assertThat(GoFloat.shortest(0.00001)).isEqualTo("1e-05");
        assertThat(GoFloat.shortest(100)).isEqualTo("100");
        assertThat(GoFloat.format(1, 'e', GoFloat.SHORTEST)).isEqualTo("1e+00");
        assertThat(GoFloat.format(0, 'e', GoFloat.SHORTEST)).isEqualTo("0e+00");
        assertThat(GoFloat.format(12.5, 'e', GoFloat.SHORTEST)).isEqualTo("1.25e+01");
        assertThat(GoFloat.format(2.5, 'f', 0)).isEqualTo("2");
        assertThat(GoFloat.format(1e22, 'f', GoFloat.SHORTEST)).isEqualTo("10000000000000000000000");
        assertThat(GoFloat.format(Double.NEGATIVE_INFINITY, 'f', 2)).isEqualTo("-Inf");
    }
}
