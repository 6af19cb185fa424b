package dev.belvedere.acceptance.promql;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A query with the moment or the steps that it is asked for.
///
/// @param stepMillis 0 for an instant query at `endMillis`
public record Question(Node query, long startMillis, long endMillis, long stepMillis) {

    public boolean isRange() {
        return stepMillis > 0;
    }

    public String text() {
        return query.text();
    }

    Question with(Node other) {
        return new Question(other, startMillis, endMillis, stepMillis);
    }

    /// The same some steps later.
    Question later(int steps) {
        return new Question(query, startMillis + steps * stepMillis, endMillis + steps * stepMillis, stepMillis);
    }

    /// Path and parameters of the API's request.
    public String path() {
        String encoded = URLEncoder.encode(text(), StandardCharsets.UTF_8);
        return isRange()
                ? "/api/v1/query_range?query=" + encoded + "&start=" + seconds(startMillis) + "&end="
                        + seconds(endMillis) + "&step=" + seconds(stepMillis)
                : "/api/v1/query?query=" + encoded + "&time=" + seconds(endMillis);
    }

    @Override
    public String toString() {
        return isRange()
                ? text() + "\n    from " + seconds(startMillis) + " to " + seconds(endMillis) + " step "
                        + seconds(stepMillis)
                : text() + "\n    at " + seconds(endMillis);
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%d.%03d", millis / 1000, millis % 1000);
    }
}
