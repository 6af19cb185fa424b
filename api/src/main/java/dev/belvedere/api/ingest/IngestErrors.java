package dev.belvedere.api.ingest;

import dev.belvedere.api.http.ErrorRenderer;
import dev.belvedere.api.http.Reply;
import dev.belvedere.model.OperationException;
import dev.belvedere.storage.metrics.AppendOutcome.Rejection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// How refusals of telemetry are worded and answered.
public final class IngestErrors {

    private static final String RETRY_SECONDS = "5";

    private IngestErrors() {}

    /// A line of text, and with 503 when to come again.
    public static Reply text(OperationException failure) {
        return text(failure, List.of());
    }

    /// @param moreHeaders name, value, ...
    public static Reply text(OperationException failure, List<String> moreHeaders) {
        int status = ErrorRenderer.status(failure);
        byte[] body = (failure.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        List<String> headers = new ArrayList<>(retryHeaders(status));
        headers.addAll(moreHeaders);
        return new Reply.Whole(status, Reply.TEXT, body, body.length, headers);
    }

    /// `Retry-After` where the same request may pass later.
    public static List<String> retryHeaders(int status) {
        return status == 503 || status == 429 ? List.of("retry-after", RETRY_SECONDS) : List.of();
    }

    /// Why a sample was refused, as a clause.
    public static String reason(Rejection rejection) {
        String sample = "the sample of " + rejection.labels() + " at " + time(rejection.timestampMillis());
        return switch (rejection.reason()) {
            case OUT_OF_ORDER ->
                sample + " is out of order: the series already has one at " + time(rejection.boundMillis())
                        + ", and the out-of-order window does not reach back that far";
            case DUPLICATE_TIMESTAMP -> sample + " has another value than the one stored for that very time";
            case TOO_OLD ->
                sample + " is too old: nothing before " + time(rejection.boundMillis()) + " is taken any more";
            case TOO_FAR_AHEAD ->
                sample + " lies too far in the future: nothing after " + time(rejection.boundMillis())
                        + " is taken; check the sender's clock";
            case LIMIT -> sample + " belongs to a new series beyond the limit on series";
            case UNKNOWN_REF -> sample + " belongs to a series that was just removed: send it again";
        };
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
