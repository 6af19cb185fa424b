package dev.belvedere.acceptance.promql;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/// A query with the moment or the steps that it is asked for.
///
/// @param stepMillis 0 for an instant query at `endMillis`
/// @param options how it is to be answered
public record Question(Node query, long startMillis, long endMillis, long stepMillis, Options options) {

    /// What a request may ask for besides.
    ///
    /// @param lookbackMillis how old a sample may be; 0 for the server's own
    /// @param limit how many series are answered at most; 0 for all
    /// @param hasStatistics whether samples are counted in the answer
    /// @param isAnew whether nothing that was kept of another question may be in the answer
    public record Options(long lookbackMillis, int limit, boolean hasStatistics, boolean isAnew) {

        static final Options NONE = new Options(0, 0, false, false);

        static Options lookback(long millis) {
            return new Options(millis, 0, false, false);
        }

        private String parameters() {
            return (lookbackMillis > 0 ? "&lookback_delta=" + seconds(lookbackMillis) : "")
                    + (limit > 0 ? "&limit=" + limit : "")
                    + (hasStatistics ? "&stats=all" : "")
                    + (isAnew ? "&nocache=1" : "");
        }
    }

    public boolean isRange() {
        return stepMillis > 0;
    }

    public String text() {
        return query.text();
    }

    /// Whether the answer tells what was read for it and for nothing else.
    public boolean tellsWhatIsRead() {
        return options.hasStatistics && (options.isAnew || !isRange());
    }

    public Question with(Node other) {
        return new Question(other, startMillis, endMillis, stepMillis, options);
    }

    /// The same with all series in the answer.
    public Question withoutLimit() {
        Options unlimited = new Options(options.lookbackMillis, 0, options.hasStatistics, options.isAnew);
        return new Question(query, startMillis, endMillis, stepMillis, unlimited);
    }

    /// The query with the moments of `start()` and `end()` written out.
    String pinned(String text) {
        return text.replace("@ start()", "@ " + seconds(startMillis)).replace("@ end()", "@ " + seconds(endMillis));
    }

    /// The same at one of its moments alone.
    Question at(long millis) {
        Node same = Node.leaf(Node.Kind.VECTOR, pinned(text()));
        return new Question(same, millis, millis, 0, Options.lookback(options.lookbackMillis));
    }

    /// Another query at one moment.
    Question at(Node other, long millis) {
        return new Question(other, millis, millis, 0, Options.NONE);
    }

    /// Another query over other moments.
    Question between(Node other, long start, long end, long step) {
        return new Question(other, start, end, step, Options.lookback(options.lookbackMillis));
    }

    /// The same some steps later.
    Question later(int steps) {
        return new Question(
                query, startMillis + steps * stepMillis, endMillis + steps * stepMillis, stepMillis, options);
    }

    /// Path and parameters of the API's request.
    public String path() {
        String encoded = URLEncoder.encode(text(), StandardCharsets.UTF_8);
        return isRange()
                ? "/api/v1/query_range?query=" + encoded + "&start=" + moment(startMillis) + "&end=" + moment(endMillis)
                        + "&step=" + (isInWords() ? stepMillis + "ms" : seconds(stepMillis)) + options.parameters()
                : "/api/v1/query?query=" + encoded + "&time=" + moment(endMillis) + options.parameters();
    }

    /// Moments and steps can be written in two ways.
    private boolean isInWords() {
        return text().length() % 2 == 1;
    }

    private String moment(long millis) {
        return isInWords() ? Instant.ofEpochMilli(millis).toString() : seconds(millis);
    }

    @Override
    public String toString() {
        return moments() + (options.equals(Options.NONE) ? "" : "\n    with " + options.parameters());
    }

    private String moments() {
        return isRange()
                ? text() + "\n    from " + seconds(startMillis) + " to " + seconds(endMillis) + " step "
                        + seconds(stepMillis)
                : text() + "\n    at " + seconds(endMillis);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%d.%03d", millis / 1000, millis % 1000);
    }
}
