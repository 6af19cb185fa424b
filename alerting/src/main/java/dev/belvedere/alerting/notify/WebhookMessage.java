package dev.belvedere.alerting.notify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.belvedere.alerting.Alert;
import dev.belvedere.alerting.template.TemplateTime;
import dev.belvedere.model.labels.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of a webhook: version 4 of Alertmanager's message, byte for byte.
final class WebhookMessage {

    private static final String VERSION = "4";
    private static final String NOT_ENDED = "0001-01-01T00:00:00Z";
    private static final JsonFactory JSON = new JsonFactory();
    private static final CharacterEscapes ESCAPES = new GoEscapes();

    private WebhookMessage() {}

    /// @param maxAlerts how many alerts the message has at most; 0 for any number
    static byte[] json(Notification notification, int maxAlerts) {
        List<Alert> alerts = notification.alerts();
        int shown = maxAlerts == 0 ? alerts.size() : Math.min(maxAlerts, alerts.size());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.setCharacterEscapes(ESCAPES);
            write(json, notification, alerts.subList(0, shown));
            json.writeStringField("version", VERSION);
            json.writeStringField("groupKey", notification.groupKey());
            json.writeNumberField("truncatedAlerts", alerts.size() - shown);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, Notification notification, List<Alert> alerts) throws IOException {
        long at = notification.atMillis();
        boolean isFiring = alerts.stream().anyMatch(alert -> !alert.isResolvedAt(at));
        json.writeStartObject();
        json.writeStringField("receiver", quotedForRegex(notification.receiver()));
        json.writeStringField("status", status(!isFiring));
        json.writeArrayFieldStart("alerts");
        for (Alert alert : alerts) {
            write(json, alert, at);
        }
        json.writeEndArray();
        labels(json, "groupLabels", notification.groupLabels());
        labels(json, "commonLabels", common(alerts.stream().map(Alert::labels).toList()));
        labels(
                json,
                "commonAnnotations",
                common(alerts.stream().map(Alert::annotations).toList()));
        json.writeStringField("externalURL", notification.externalUrl());
    }

    private static void write(JsonGenerator json, Alert alert, long at) throws IOException {
        boolean isResolved = alert.isResolvedAt(at);
        json.writeStartObject();
        json.writeStringField("status", status(isResolved));
        labels(json, "labels", alert.labels());
        labels(json, "annotations", alert.annotations());
        json.writeStringField("startsAt", time(alert.startsAtMillis()));
        json.writeStringField("endsAt", isResolved ? time(alert.endsAtMillis()) : NOT_ENDED);
        json.writeStringField("generatorURL", alert.generatorUrl());
        json.writeStringField("fingerprint", "%016x".formatted(alert.fingerprint()));
        json.writeEndObject();
    }

    private static String status(boolean isResolved) {
        return isResolved ? "resolved" : "firing";
    }

    private static String time(long millis) {
        return TemplateTime.rfc3339(millis);
    }

    private static void labels(JsonGenerator json, String field, Labels labels) throws IOException {
        json.writeObjectFieldStart(field);
        for (int i = 0; i < labels.size(); i++) {
            json.writeStringField(labels.name(i), labels.value(i));
        }
        json.writeEndObject();
    }

    /// What all have in common.
    static Labels common(List<Labels> all) {
        Labels common = all.isEmpty() ? Labels.EMPTY : all.getFirst();
        for (Labels labels : all) {
            Labels candidate = common;
            common = candidate.filter(name -> labels.get(name).equals(candidate.get(name)));
        }
        return common;
    }

    /// Alertmanager writes the receiver as a regular expression that matches it.
    private static String quotedForRegex(String text) {
        return text.replaceAll("[\\\\.+*?()|\\[\\]{}^$]", "\\\\$0");
    }

    /// Go's JSON encoder also escapes what could end a script in HTML.
    private static final class GoEscapes extends CharacterEscapes {

        private final int[] escapes = standardAsciiEscapesForJSON();

        GoEscapes() {
            for (char c : new char[] {'<', '>', '&'}) {
                escapes[c] = ESCAPE_CUSTOM;
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return escapes.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            boolean isEscaped = c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029;
            return isEscaped ? new SerializedString("\\u%04x".formatted(c)) : null;
        }
    }
}
