package dev.belvedere.alerting.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belvedere.alerting.Alert;
import dev.belvedere.model.labels.Labels;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookMessageTest {

    private static final Alert FIRING = new Alert(
            Labels.of("alertname", "Hot", "gpu", "0", "job", "dcgm"),
            Labels.of("summary", "GPU <0> & \"hot\"", "runbook", "r"),
            1_700_000_000_000L,
            1_700_000_240_000L,
            "http://b/graph?g0.expr=t&g0.tab=1");
    private static final Alert RESOLVED = new Alert(
            Labels.of("alertname", "Hot", "gpu", "1", "job", "dcgm"),
            Labels.of("runbook", "r"),
            1_700_000_000_500L,
            1_700_000_060_250L,
            "");

    private static String json(List<Alert> alerts, int maxAlerts) {
        Notification notification = new Notification(
                "team.x",
                "{}:{alertname=\"Hot\"}",
                Labels.of("alertname", "Hot"),
                alerts,
                "http://b",
                1_700_000_100_000L);
        return new String(WebhookMessage.json(notification, maxAlerts), StandardCharsets.UTF_8);
    }

    @Test
    void the_message_has_every_field_in_alertmanagers_order() {
        assertThat(json(List.of(FIRING, RESOLVED), 0))
                .isEqualTo("{\"receiver\":\"team\\\\.x\",\"status\":\"firing\",\"alerts\":["
                        + "{\"status\":\"firing\",\"labels\":{\"alertname\":\"Hot\",\"gpu\":\"0\",\"job\":\"dcgm\"},"
                        + "\"annotations\":{\"runbook\":\"r\",\"summary\":\"GPU \\u003c0\\u003e \\u0026 \\\"hot\\\"\"},"
                        + "\"startsAt\":\"2023-11-14T22:13:20Z\",\"endsAt\":\"0001-01-01T00:00:00Z\","
                        + "\"generatorURL\":\"http://b/graph?g0.expr=t\\u0026g0.tab=1\",\"fingerprint\":\""
                        + "%016x".formatted(FIRING.fingerprint()) + "\"},"
                        + "{\"status\":\"resolved\",\"labels\":{\"alertname\":\"Hot\",\"gpu\":\"1\",\"job\":\"dcgm\"},"
                        + "\"annotations\":{\"runbook\":\"r\"},"
                        + "\"startsAt\":\"2023-11-14T22:13:20.5Z\",\"endsAt\":\"2023-11-14T22:14:20.25Z\","
                        + "\"generatorURL\":\"\",\"fingerprint\":\"" + "%016x".formatted(RESOLVED.fingerprint())
                        + "\"}],"
                        + "\"groupLabels\":{\"alertname\":\"Hot\"},"
                        + "\"commonLabels\":{\"alertname\":\"Hot\",\"job\":\"dcgm\"},"
                        + "\"commonAnnotations\":{\"runbook\":\"r\"},\"externalURL\":\"http://b\",\"version\":\"4\","
                        + "\"groupKey\":\"{}:{alertname=\\\"Hot\\\"}\",\"truncatedAlerts\":0}\n");
    }

    @Test
    void alerts_beyond_the_limit_are_counted() {
        assertThat(json(List.of(RESOLVED, FIRING), 1))
                .contains("\"status\":\"resolved\",\"alerts\":")
                .contains("\"truncatedAlerts\":1}");
    }

    @Test
    void fingerprints_are_those_of_prometheus() {
        // FNV-1a by definition: the offset basis for no labels, and known sums of short inputs.
        assertThat(Alert.fingerprint(Labels.EMPTY)).isEqualTo(0xcbf29ce484222325L);
        assertThat(Alert.fingerprint(Labels.of("a", "b")))
                .isEqualTo(fnv1a(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xff}));
    }

    private static long fnv1a(byte[] bytes) {
        BigInteger hash = new BigInteger("cbf29ce484222325", 16);
        BigInteger mask = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        for (byte b : bytes) {
            hash = hash.xor(BigInteger.valueOf(b & 0xff))
                    .multiply(BigInteger.valueOf(1_099_511_628_211L))
                    .and(mask);
        }
        return hash.longValue();
    }
}
