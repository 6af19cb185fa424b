package dev.belvedere.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.belvedere.acceptance.promql.Answer;
import dev.belvedere.acceptance.promql.Examination;
import dev.belvedere.acceptance.promql.KnownDifference;
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
    private static final int SAMPLES_OF_ERRORS = 12;

    private static final String FEATURES = "promql-experimental-functions,promql-duration-expr";
    private static final String NEWEST_FEATURES =
            FEATURES + ",promql-extended-range-selectors,promql-binop-fill-modifiers";
    private static final String DIFFERS = "differs";

    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> errors = new ArrayList<>();

    @Test
    void random_queries_are_answered_as_prometheus_answers_them(@TempDir Path folder)
            throws IOException, InterruptedException {
        int version = PromqlReference.version(folder);
        long seed = Long.getLong("seed", System.nanoTime() % 1_000_000);
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
                + (seed % 2 == 0 ? "" : ",promql-delayed-name-removal");
        Path config = room.resolve("belvedere.yml");
        Files.writeString(config, """
                storage: {tsdb: {retention: {time: 100y}}}
                query: {features: [%s]}
                agent: {host: false}
                self: {scrapeInterval: 0s}
                """.formatted(features));
        try (ServerProcess server = ServerProcess.start(room.resolve("data"), "--config", config.toString());
                PromqlReference reference = PromqlReference.start(version, room, features, examination)) {
            PromqlReference.load(server.url("/api/v1/write"), examination.requests(0));
            PrintedQueries printed = new PrintedQueries(reference.url(""), server.url(""), version);
            for (int i = 0; i < questions; i++) {
                Question question = examination.nextQuestion();
                if (ask(server, reference, question, seed).equals(Optional.of(KnownDifference.NEW_FUNCTIONS))) {
                    // Only one of them can read it.
                    continue;
                }
                Optional<String> difference = printed.difference(question.text());
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

    /// @return why the answers may differ, if they do
    private Optional<KnownDifference> ask(ServerProcess server, PromqlReference reference, Question question, long seed)
            throws IOException, InterruptedException {
        Answer theirs = reference.ask(question);
        Answer ours = PromqlReference.answer(server.url(question.path()));
        count(theirs.isSuccess() ? theirs.isEmpty() ? "answered with nothing" : "answered with series" : "refused");
        if (!theirs.isSuccess() && !ours.isSuccess()) {
            countError(question, theirs, ours);
        }
        Optional<String> difference = theirs.difference(ours, question);
        if (difference.isEmpty()) {
            return Optional.empty();
        }
        Optional<KnownDifference> known = reference.explanation(question, theirs, ours);
        if (known.isPresent()) {
            count("known: " + known.get());
        } else if (!reference.isDecided(question)) {
            count("undecided");
        } else {
            report(server, reference, question, seed);
        }
        return known;
    }

    private void fails(String description) {
        count(DIFFERS);
        if (failures.size() < MAX_SHOWN) {
            failures.add(description);
        }
    }

    private void report(ServerProcess server, PromqlReference reference, Question question, long seed)
            throws IOException, InterruptedException {
        if (failures.size() >= MAX_SHOWN) {
            fails("");
            return;
        }
        Node smallest = Shrinking.shrink(question.query(), candidate -> {
            Question smaller =
                    new Question(candidate, question.startMillis(), question.endMillis(), question.stepMillis());
            Answer theirs = reference.ask(smaller);
            Answer ours = PromqlReference.answer(server.url(smaller.path()));
            return theirs.difference(ours, smaller).isPresent()
                    && reference.explanation(smaller, theirs, ours).isEmpty()
                    && reference.isDecided(smaller);
        });
        Question smaller = new Question(smallest, question.startMillis(), question.endMillis(), question.stepMillis());
        Answer theirs = reference.ask(smaller);
        Answer ours = PromqlReference.answer(server.url(smaller.path()));
        fails("seed " + seed + ": " + smaller + "\n    "
                + theirs.difference(ours, smaller).orElse("") + "\n    theirs: " + theirs.shortened() + "\n    ours:   "
                + ours.shortened());
    }
}
