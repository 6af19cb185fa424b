package dev.belvedere.acceptance.promql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What is known explains a difference that is of its kind, and no other that looks like it.
final class KnownDifferenceTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long AT = 1_500_000_000_000L;

    /// A Prometheus 3.5 of which all answers are written down.
    private record Written(Function<Question, String> answers) implements Peer {

        @Override
        public int version() {
            return 305;
        }

        @Override
        public List<Answer> answers(Question question) throws IOException {
            return List.of(ask(question));
        }

        @Override
        public long endMillis() {
            return AT;
        }

        @Override
        public boolean isDecided(Question question) {
            return true;
        }

        @Override
        public Answer ask(Question question) throws IOException {
            return answer(answers.apply(question));
        }
    }

    private static Answer answer(String json) throws JsonProcessingException {
        return new Answer(json.contains("\"error\"") ? 400 : 200, JSON.readTree(json));
    }

    private static String vector(String point) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"job\":\"a\"},"
                + point + "}]}}";
    }

    private static String number(String value) {
        return vector("\"value\":[1500000000,\"" + value + "\"]");
    }

    private static String histogram(String count) {
        return vector("\"histogram\":[1500000000,{\"count\":\"" + count
                + "\",\"sum\":\"1\",\"buckets\":[[0,\"1\",\"2\",\"" + count + "\"]]}]");
    }

    private static String refusal(String text) {
        return "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"" + text + "\"}";
    }

    private static Optional<String> reason(
            Question question, Function<Question, String> theirs, Function<Question, String> ours)
            throws IOException, InterruptedException {
        Asking self = asked -> answer(ours.apply(asked));
        Explanation explanation = new Explanation(new Written(theirs), self);
        return explanation.of(question, answer(theirs.apply(question)), self.ask(question));
    }

    private static Question instant(String query) {
        return new Question(Node.leaf(Node.Kind.VECTOR, query), AT, AT, 0, Question.Options.NONE);
    }

    @Test
    void dates_of_large_values_differ_only_if_the_values_do() throws IOException, InterruptedException {
        Function<Question, String> theirs = question -> switch (question.text()) {
            case "x" -> number("100000000000000");
            case "hour(vector(100000000000000))" -> number("9");
            case "hour(vector(100000000003600))" -> number("10");
            default -> number("9");
        };
        Function<Question, String> ours = question -> switch (question.text()) {
            case "x" -> number("100000000003600");
            case "hour(x)" -> number("10");
            default -> theirs.apply(question);
        };
        Function<Question, String> wrong = question ->
                question.text().equals("hour(vector(100000000000000))") ? number("11") : ours.apply(question);

        assertThat(reason(instant("hour(x)"), theirs, ours)).contains("known: DATES_OF_LARGE_VALUES");
        assertThat(reason(instant("hour(x)"), theirs, wrong)).isEmpty();
    }

    @Test
    void only_a_length_of_time_that_is_no_number_may_be_refused_here_alone() throws IOException, InterruptedException {
        Function<Question, String> theirs = question -> number("1");
        String text = "invalid parameter \\\"query\\\": 1:10: parse error: duration out of range";

        assertThat(reason(instant("x offset NaN"), theirs, question -> refusal(text)))
                .contains("known: NAN_AS_DURATION");
        assertThat(reason(
                        instant("x offset NaN + (1h)"),
                        question -> refusal("invalid parameter \\\"query\\\": 9:19: duration is NaN or infinite"),
                        question -> refusal(text)))
                .contains("known: NAN_AS_DURATION");
        assertThat(reason(instant("x offset 99y"), theirs, question -> refusal(text)))
                .isEmpty();
    }

    @Test
    void a_letter_in_brackets_is_refused_here_alone_only_where_a_colon_is_the_same()
            throws IOException, InterruptedException {
        Function<Question, String> ours = question ->
                refusal("invalid parameter \\\"query\\\": 1:14: parse error: unexpected character: 's', expected ':'");
        Function<Question, String> anything = question -> number(question.text().contains("s]") ? "1" : "2");

        assertThat(reason(instant("rate((x)[5m 1s])"), question -> number("1"), ours))
                .contains("known: LETTER_FOR_COLON");
        assertThat(reason(instant("rate((x)[5m 1s])"), anything, ours)).isEmpty();
    }

    @Test
    void subqueries_of_histograms_are_wrong_only_behind_their_first_window() throws IOException, InterruptedException {
        String query = "rate(h[5m:1m])";
        Question range =
                new Question(Node.leaf(Node.Kind.VECTOR, query), AT - 60_000, AT, 60_000, Question.Options.NONE);
        Function<Question, String> theirs =
                question -> histogram(question.text().equals(query) && question.isRange() ? "3" : "2");
        Function<Question, String> alwaysWrong =
                question -> histogram(question.text().equals(query) ? "4" : "2");

        assertThat(reason(range, theirs, question -> histogram("2"))).contains("known: HISTOGRAMS_IN_SUBQUERIES");
        assertThat(reason(range, theirs, alwaysWrong)).isEmpty();
    }

    @Test
    void changes_that_are_not_printed_are_none_also_between_a_range_and_the_sample_before_it()
            throws IOException, InterruptedException {
        String two = matrix("[1499999940,{\"count\":\"1\"}],[1499999970,{\"count\":\"2\"}]");
        String before = matrix("[1499999880,{\"count\":\"8\"}],[1499999910,{\"count\":\"COUNT\"}],"
                + "[1499999940,{\"count\":\"1\"}],[1499999970,{\"count\":\"2\"}]");
        Function<Question, String> ours = question -> number("1");

        assertThat(reason(instant("changes(h[1m] anchored)"), changes(two, before.replace("COUNT", "1")), ours))
                .contains("known: EQUAL_BUT_FOR_EMPTY_BUCKETS");
        assertThat(reason(instant("changes(h[1m] anchored)"), changes(two, before.replace("COUNT", "7")), ours))
                .isEmpty();
    }

    /// A reference that sees two changes in these histograms.
    private static Function<Question, String> changes(String inRange, String fromBefore) {
        return question -> switch (question.text()) {
            case "h[1m]" -> inRange;
            case "h[6m]" -> fromBefore;
            case "sum_over_time(h[1m])" -> histogram("2");
            default -> number("2");
        };
    }

    private static String matrix(String histograms) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"job\":\"a\"},"
                + "\"histograms\":[" + histograms + "]}]}}";
    }

    @Test
    void histograms_equal_but_for_empty_buckets_leave_nothing_when_subtracted()
            throws IOException, InterruptedException {
        String nothing = vector("\"histogram\":[1500000000,{\"count\":\"0\",\"sum\":\"0\"}]");
        String none = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
        Function<Question, String> ours = question -> question.text().contains("!=") ? none : histogram("2");
        Function<Question, String> same = question -> question.text().contains("-") ? nothing : histogram("2");
        Function<Question, String> other = question -> histogram("2");

        assertThat(reason(instant("h != h2"), same, ours)).contains("known: SIDES_EQUAL_BUT_FOR_EMPTY_BUCKETS");
        assertThat(reason(instant("h != h2"), other, ours)).isEmpty();
    }

    @Test
    void powers_may_be_infinite_there_only_where_they_nearly_are() throws IOException, InterruptedException {
        Function<Question, String> theirs = question -> number(question.text().equals("exp(x)") ? "+Inf" : "709.5");

        assertThat(reason(
                        instant("exp(x)"),
                        theirs,
                        question -> number(question.text().equals("x") ? "709.5" : "1.35e308")))
                .contains("known: POWERS_NEARLY_INFINITE");
        assertThat(reason(
                        instant("exp(x)"),
                        theirs,
                        question -> number(question.text().equals("x") ? "709.5" : "1e300")))
                .isEmpty();
    }

    private static boolean isWhole(Question question) {
        return question.text().startsWith("timestamp") && question.text().contains("offset");
    }

    @Test
    void a_forgotten_offset_gives_what_the_moment_before_gives() throws IOException, InterruptedException {
        Function<Question, String> theirs = question -> number(question.text().contains("@ 1499999940") ? "5" : "6");
        Question question = instant("timestamp(x @ 1500000000 offset 1m)");

        assertThat(reason(question, theirs, asked -> number(isWhole(asked) ? "5" : "6")))
                .contains("known: TIMESTAMP_WITHOUT_OFFSET");
        assertThat(reason(question, theirs, asked -> number(isWhole(asked) ? "7" : "6")))
                .isEmpty();
    }

    private static String warning(String answer, String text) {
        return answer.substring(0, answer.length() - 1) + ",\"warnings\":[\"" + text + "\"]}";
    }

    @Test
    void histograms_of_other_bounds_are_nothing_there_and_nothing_else() throws IOException, InterruptedException {
        String none = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
        String incompatible = "PromQL warning: vector contains histograms with incompatible custom buckets (1:5)";
        Function<Question, String> ours = question -> question.text().equals("sum(h)")
                ? warning(histogram("3"), "PromQL info: mismatched custom buckets were reconciled (1:5)")
                : histogram("2");
        Function<Question, String> dropped =
                question -> question.text().equals("sum(h)") ? warning(none, incompatible) : histogram("2");
        Function<Question, String> wrong =
                question -> question.text().equals("sum(h)") ? warning(histogram("4"), incompatible) : histogram("2");

        assertThat(reason(instant("sum(h)"), dropped, ours)).contains("known: CUSTOM_BOUNDS_RECONCILED");
        assertThat(reason(instant("sum(h)"), wrong, ours)).isEmpty();

        String layouts = "PromQL warning: incompatible bucket layout encountered for binary operator - (1:1)";
        Function<Question, String> subtracted =
                question -> question.text().equals("h - g") ? warning(none, layouts) : histogram("2");
        Function<Question, String> oursSubtracted = question -> question.text().equals("h - g")
                ? warning(histogram("3"), "PromQL info: mismatched custom buckets were reconciled (1:1)")
                : histogram("2");
        Function<Question, String> ourLayouts =
                question -> question.text().equals("h - g") ? histogram("3") : histogram("2");
        assertThat(reason(instant("h - g"), subtracted, oursSubtracted)).contains("known: CUSTOM_BOUNDS_RECONCILED");
        assertThat(reason(instant("h - g"), subtracted, ourLayouts)).isEmpty();
    }

    private static Function<Question, String> answersOfCounter(String rate, String resets) {
        return question -> switch (question.text()) {
            case "h[5m]" -> histogram("3");
            case "last_over_time(h[5m])" -> histogram("30");
            case "resets(h[5m])" -> number(resets);
            default -> rate;
        };
    }

    @Test
    void other_bounds_are_a_reset_there_where_it_counts_one_and_subtracts_nothing()
            throws IOException, InterruptedException {
        String scaled = histogram("2").replace("\"sum\":\"1\"", "\"sum\":\"" + 2 / 30.0 + "\"");
        String reconciled =
                warning(histogram("1.5"), "PromQL info: mismatched custom buckets were reconciled during subtraction");
        Function<Question, String> ours = answersOfCounter(reconciled, "0");

        assertThat(reason(instant("irate(h[5m])"), answersOfCounter(scaled, "1"), ours))
                .contains("known: CUSTOM_BOUNDS_RECONCILED");
        assertThat(reason(instant("irate(h[5m])"), answersOfCounter(histogram("2"), "1"), ours))
                .isEmpty();
        assertThat(reason(instant("irate(h[5m])"), answersOfCounter(scaled, "0"), ours))
                .isEmpty();
        assertThat(reason(instant("rate(h[5m])"), answersOfCounter(histogram("2"), "1"), ours))
                .contains("known: CUSTOM_BOUNDS_RECONCILED");
        assertThat(reason(instant("rate(h[5m])"), answersOfCounter(histogram("1"), "1"), ours))
                .isEmpty();
        assertThat(reason(instant("delta(h[5m])"), answersOfCounter(histogram("2"), "1"), ours))
                .isEmpty();
    }

    private static String buckets(String... counts) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < counts.length; i++) {
            all.append(i == 0 ? "" : ",").append("[0,\"" + i + "\",\"" + (i + 1) + "\",\"" + counts[i] + "\"]");
        }
        return vector("\"histogram\":[1500000000,{\"count\":\"-6.6\",\"sum\":\"-7\",\"buckets\":[" + all + "]}]");
    }

    @Test
    void last_digits_of_means_are_left_by_subtractions_only() throws IOException, InterruptedException {
        Function<Question, String> noisy = question ->
                question.text().startsWith("idelta") ? buckets("-6.599999999999994", "8.8e-16") : buckets("-6.6");
        Function<Question, String> other =
                question -> question.text().startsWith("idelta") ? buckets("-6.6", "0.01") : buckets("-6.6");
        Function<Question, String> ours = question -> buckets("-6.6");

        assertThat(reason(instant("idelta(avg_over_time(h[5m])[90s:30s])"), noisy, ours))
                .contains("known: DIFFERENCE_OF_CLOSE_MEANS");
        assertThat(reason(instant("idelta(avg_over_time(h[5m])[90s:30s])"), other, ours))
                .isEmpty();
        assertThat(reason(instant("idelta(h[90s])"), noisy, ours)).isEmpty();
    }

    @Test
    void info_of_info_series_may_look_at_more_there() throws IOException, InterruptedException {
        String info = number("1").replace("\"job\":\"a\"", "\"__name__\":\"target_info\"");
        Function<Question, String> theirs = question -> question.text().contains("target_info") ? info : number("1");
        Asking self = asked -> answer(theirs.apply(asked));
        Explanation explanation = new Explanation(new Written(theirs), self);

        assertThat(explanation.isCountedAlike(instant("sum(info(target_info))")))
                .isFalse();
        assertThat(explanation.isCountedAlike(instant("sum(info(x))"))).isTrue();
    }

    @Test
    void only_deviations_that_are_hardly_anything_may_differ() throws IOException, InterruptedException {
        Function<Question, String> theirs =
                question -> number(question.text().startsWith("stddev") ? "0.003" : "1000000");

        assertThat(reason(
                        instant("stddev(x)"),
                        theirs,
                        question -> number(question.text().startsWith("stddev") ? "0.004" : "1000000")))
                .contains("known: DEVIATION_OF_CLOSE_VALUES");
        assertThat(reason(
                        instant("stddev(x)"),
                        theirs,
                        question -> number(question.text().startsWith("stddev") ? "40" : "1000000")))
                .isEmpty();
    }

    @Test
    void parentheses_are_miscounted_only_where_an_aggregation_is_cut_short() throws IOException, InterruptedException {
        Function<Question, String> theirs = question -> refusal("invalid parameter \\\"query\\\": unexpected error");
        String place = "invalid parameter \\\"query\\\": 1:10: parse error: unexpected ";

        assertThat(reason(instant("abs(sum(()"), theirs, question -> refusal(place + "\\\")\\\" in aggregation")))
                .contains("known: PARENTHESES_MISCOUNTED");
        assertThat(reason(instant("abs(abs(()"), theirs, question -> refusal(place + "\\\")\\\"")))
                .isEmpty();
        Function<Question, String> behindAt = question -> refusal(
                switch (question.text()) {
                    case "(sum(x @ /()))", "(abs(x @ /()))" -> place + "<op:/> in @, expected timestamp";
                    case "(sum(x /()))" -> place + "\\\")\\\" in aggregation";
                    default -> place + "\\\")\\\"";
                });
        assertThat(reason(instant("(sum(x @ /()))"), theirs, behindAt)).contains("known: PARENTHESES_MISCOUNTED");
        assertThat(reason(instant("(abs(x @ /()))"), theirs, behindAt)).isEmpty();
    }

    @Test
    void layouts_behind_a_float_are_not_noted_there_inside_parentheses_either()
            throws IOException, InterruptedException {
        String none = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
        String mix = "PromQL warning: encountered a mix of histograms and floats for aggregation (1:%d)";
        String layouts = "PromQL warning: vector contains a mix of histograms with exponential and custom buckets"
                + " schemas for metric name \\\"h\\\" (1:6)\",\"";
        Function<Question, String> theirs =
                question -> question.text().startsWith("avg") ? warning(none, mix.formatted(5)) : number("1");
        Function<Question, String> ours =
                question -> question.text().startsWith("avg") ? warning(none, layouts + mix.formatted(6)) : number("1");
        Function<Question, String> moreOfOurs = question -> question.text().startsWith("avg")
                ? warning(none, layouts + "another\",\"" + mix.formatted(6))
                : number("1");

        assertThat(reason(instant("avg((h))"), theirs, ours)).contains("known: LAYOUTS_IN_PARENTHESES_NOTED");
        assertThat(reason(instant("avg(h)"), theirs, ours)).isEmpty();
        assertThat(reason(instant("avg((h))"), theirs, moreOfOurs)).isEmpty();
    }

    @Test
    void start_and_end_alone_may_stand_before_a_range_there() throws IOException, InterruptedException {
        Function<Question, String> ours = question ->
                refusal("invalid parameter \\\"query\\\": 1:9: parse error: no @ modifiers allowed before range");

        assertThat(reason(instant("rate(x @ end()[5m])"), question -> number("1"), ours))
                .contains("known: MOMENT_BEFORE_RANGE");
        assertThat(reason(instant("rate(x @ 7[5m])"), question -> number("1"), ours))
                .isEmpty();
    }

    @Test
    void another_rate_needs_a_step_that_rounding_decides() throws IOException, InterruptedException {
        String[] theirs = {"5", "-0.15", "-0.14999999999999997"};
        String[] ours = {"6", "-0.15", "-0.15000000000000002"};
        String[] others = {"6", "-0.15", "-0.14999999999999995"};

        assertThat(reason(instant("rate(x[2m:1m])"), ofRange(theirs), ofRange(ours)))
                .contains("known: STEPS_OF_CLOSE_VALUES");
        assertThat(reason(instant("rate(x[2m:1m])"), ofRange(theirs), ofRange(others)))
                .isEmpty();
    }

    /// What is made of a range, and the two values in it.
    private static Function<Question, String> ofRange(String... values) {
        return question -> question.text().startsWith("rate")
                ? number(values[0])
                : question.text().endsWith("[2m:1m]")
                        ? vector("\"values\":[[1499999940,\"" + values[1] + "\"],[1500000000,\"" + values[2] + "\"]]")
                                .replace("\"vector\"", "\"matrix\"")
                        : number("1");
    }

    @Test
    void an_infinite_count_does_not_hide_by_how_much_buckets_differ() throws IOException, InterruptedException {
        assertThat(reason(instant("rate(h[5m])"), infinite("4", "8"), infinite("3", "6")))
                .isPresent();
        assertThat(reason(instant("rate(h[5m])"), infinite("4", "8"), infinite("3", "7")))
                .isEmpty();
    }

    private static Function<Question, String> infinite(String first, String second) {
        String histogram = vector("\"histogram\":[1500000000,{\"count\":\"+Inf\",\"sum\":\"NaN\",\"buckets\":["
                + "[0,\"1\",\"2\",\"" + first + "\"],[0,\"2\",\"4\",\"" + second + "\"]]}]");
        return question -> question.text().startsWith("rate") ? histogram : number("1");
    }

    private static String series(String... zones) {
        StringBuilder all = new StringBuilder();
        for (String zone : zones) {
            String label = zone.isEmpty() ? "" : ",\"zone\":\"" + zone + "\"";
            all.append(all.isEmpty() ? "" : ",")
                    .append("{\"metric\":{\"job\":\"a\"" + label + "},\"value\":[1500000000,\"1\"]}");
        }
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[" + all + "]}}";
    }

    @Test
    void of_two_faults_either_may_be_told() throws IOException, InterruptedException {
        Function<Question, String> theirs = question -> refusal(question.text().startsWith("scalar") ? "no b" : "no a");
        Question call = instant("clamp_min(a, scalar(b))");

        assertThat(reason(call, theirs, question -> question.equals(call) ? refusal("no b") : theirs.apply(question)))
                .contains("known: FAULT_OF_ANOTHER_OPERAND");
        assertThat(reason(call, theirs, question -> question.equals(call) ? refusal("no c") : theirs.apply(question)))
                .isEmpty();
    }

    @Test
    void what_has_no_order_there_has_one_here() throws IOException, InterruptedException {
        Question sorted = instant("sort_by_label(x, \"zone\")");
        Function<Question, String> theirs = question -> series("z2", "", "z10");

        assertThat(reason(
                        sorted,
                        theirs,
                        question -> question.equals(sorted) ? series("", "z2", "z10") : series("z2", "", "z10")))
                .contains("known: SORTED_BY_UNORDERED_LABELS");
        assertThat(reason(
                        sorted,
                        theirs,
                        question -> question.equals(sorted) ? series("", "z10", "z2") : series("z2", "", "z10")))
                .isEmpty();
    }
}
