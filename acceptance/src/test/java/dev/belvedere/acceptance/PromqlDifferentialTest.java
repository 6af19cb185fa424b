package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.belvedere.acceptance.promql.Answer;
import dev.belvedere.acceptance.promql.Examination;
import dev.belvedere.acceptance.promql.Explanation;
import dev.belvedere.acceptance.promql.Node;
import dev.belvedere.acceptance.promql.Question;
import dev.belvedere.acceptance.promql.Shrinking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random queries over random data give the same answers here and from Prometheus itself.
///
/// Where they differ, two more Prometheus are asked that got the same series in other orders: what they do not agree on
/// among themselves (which of equal values is the largest, the last bit of a sum that decides a comparison) has no
/// answer.
final class PromqlDifferentialTest {

    private static final int QUESTIONS = Integer.getInteger("promql.questions", 2000);
    private static final int QUESTIONS_PER_STORE = 2000;
    private static final int MAX_SHOWN = Integer.getInteger("promql.shown", 12);
    private static final int SAMPLES_OF_ERRORS = Integer.getInteger("promql.errors", 12);

    private static final String FEATURES = "promql-experimental-functions,promql-duration-expr";
    private static final String NEWEST_FEATURES =
            FEATURES + ",promql-extended-range-selectors,promql-binop-fill-modifiers";
    /// Samples leave memory while they come and while they are asked for.
    private static final String IN_BLOCKS = "metricFlushBytes: 500KiB, metricFlushAge: 2s";

    private static final String DIFFERS = "differs";

    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    /// A build asks the same each time, so that it fails for a change and not for a question nobody asked before; what
    /// finds more is another `-Dseed=`.
    private static final long BUILD_SEED = 1000;

    private final List<String> errors = new ArrayList<>();

    @Test
    void random_queries_are_answered_as_prometheus_answers_them(@TempDir Path folder)
            throws IOException, InterruptedException {
        int version = PromqlReference.version(folder);
        long seed = Long.getLong("seed", BUILD_SEED);
        for (int asked = 0; asked < QUESTIONS; asked += QUESTIONS_PER_STORE) {
            Path room = Files.createDirectory(folder.resolve("seed" + seed));
            examine(version, room, seed++, Math.min(QUESTIONS_PER_STORE, QUESTIONS - asked));
        }
        System.out.println(counts + "\nerrors in other words, theirs and ours:\n" + String.join("\n", errors));
        if (!failures.isEmpty()) {
            fail(counts.get(DIFFERS) + " differences, of which:\n" + String.join("\n\n", failures));
        }
        assertThat(counts.getOrDefault("answered with series", 0)).isGreaterThan(QUESTIONS / 4);
    }

    private void examine(int version, Path room, long seed, int questions) throws IOException, InterruptedException {
        Examination examination = new Examination(seed, version >= PromqlReference.NEWEST);
        String features = (version >= PromqlReference.NEWEST ? NEWEST_FEATURES : FEATURES)
                + (seed % 2 == 0 ? "" : ",promql-delayed-name-removal")
                + (seed % 3 == 0 ? ",type-and-unit-labels" : "");
        Path config = room.resolve("belvedere.yml");
        Files.writeString(config, """
                storage: {tsdb: {retention: {time: 100y}}}
                query: {features: [%s]}
                data: {%s}
                agent: {host: false}
                self: {scrapeInterval: 0s}
                """.formatted(features, seed % 4 < 2 ? "" : IN_BLOCKS));
        try (ServerProcess server = ServerProcess.start(room.resolve("data"), "--config", config.toString());
                PromqlReference reference = PromqlReference.start(version, room, features, examination)) {
            PromqlReference.load(server.url("/api/v1/write"), examination.requests(0));
            Explanation explanation = new Explanation(reference, asked -> ours(server, asked));
            PrintedQueries printed = new PrintedQueries(reference.url(""), server.url(""), version);
            for (int i = 0; i < questions; i++) {
                Question question = examination.nextQuestion();
                checkLimit(explanation, question, seed);
                Optional<String> reason = ask(explanation, question.withoutLimit(), seed);
                Optional<String> difference =
                        reason.filter(Explanation.UNREADABLE::contains).isPresent()
                                ? Optional.empty()
                                : printed.difference(question.text());
                if (difference.isPresent()) {
                    fails("seed " + seed + ": " + question.text() + "\n    " + difference.get());
                }
            }
        }
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    /// Messages are not part of the answer, but of its use: how often they are the same is told.
    private void countError(Question question, Answer theirs, Answer ours) {
        boolean isSame = theirs.error().equals(ours.error());
        count(isSame ? "refused in the same words" : "refused in other words");
        if (!isSame && errors.size() < SAMPLES_OF_ERRORS) {
            errors.add("  " + question.text() + "\n    " + theirs.error() + "\n    " + ours.error());
        }
    }

    private static Answer ours(ServerProcess server, Question question) throws IOException, InterruptedException {
        return PromqlReference.answer(server.url(question.path()));
    }

    /// @return why the answers may differ, if they do
    private Optional<String> ask(Explanation explanation, Question question, long seed)
            throws IOException, InterruptedException {
        Answer theirs = explanation.peer().ask(question);
        Answer ours = explanation.ours().ask(question);
        count(theirs.isSuccess() ? theirs.isEmpty() ? "answered with nothing" : "answered with series" : "refused");
        if (!theirs.isSuccess() && !ours.isSuccess()) {
            countError(question, theirs, ours);
        }
        if (theirs.difference(ours, question).isEmpty()) {
            Optional<String> difference = theirs.statisticsDifference(ours, question.tellsWhatIsRead());
            if (difference.isPresent() && explanation.isCountedAlike(question)) {
                fails("seed " + seed + ": " + question + "\n    " + difference.get());
            }
            return Optional.empty();
        }
        Optional<String> reason = explanation.of(question, theirs, ours);
        if (reason.isPresent()) {
            count(reason.get());
        } else {
            report(
                    explanation,
                    question,
                    seed,
                    theirs.difference(ours, question).orElse(""));
        }
        return reason;
    }

    /// A limit leaves out series that would come, and says so; the reference leaves as many.
    private void checkLimit(Explanation explanation, Question question, long seed)
            throws IOException, InterruptedException {
        if (question.options().limit() == 0) {
            return;
        }
        Answer whole = explanation.ours().ask(question.withoutLimit());
        whole.limitDifference(explanation.ours().ask(question), question)
                .ifPresent(difference -> fails("seed " + seed + ": " + question + "\n    ours: " + difference));
        Answer theirWhole = explanation.peer().ask(question.withoutLimit());
        Answer theirLimited = explanation.peer().ask(question);
        if (explanation.isSteady(question) && theirWhole.isLimitedUnlike(theirLimited, question)) {
            fails("seed " + seed + ": " + question + "\n    theirs: " + theirLimited.shortened());
        }
    }

    private void fails(String description) {
        count(DIFFERS);
        if (failures.size() < MAX_SHOWN) {
            failures.add(description);
            System.out.println(description);
        }
    }

    /// @param first what differed when it was asked first
    private void report(Explanation explanation, Question question, long seed, String first)
            throws IOException, InterruptedException {
        if (failures.size() >= MAX_SHOWN) {
            fails("");
            return;
        }
        Node smallest = Shrinking.shrink(question.query(), candidate -> {
            Question smaller = question.with(candidate);
            Answer theirs = explanation.peer().ask(smaller);
            Answer ours = explanation.ours().ask(smaller);
            return theirs.difference(ours, smaller).isPresent()
                    && explanation.of(smaller, theirs, ours).isEmpty();
        });
        Question smaller = question.with(smallest);
        Answer theirs = explanation.peer().ask(smaller);
        Answer ours = explanation.ours().ask(smaller);
        String difference = theirs.difference(ours, smaller).orElse("nothing differs now, but this did: " + first);
        fails("seed " + seed + ": " + smaller + "\n    " + difference + "\n    theirs: " + theirs.shortened()
                + "\n    ours:   " + ours.shortened());
    }
}
