package dev.belvedere.wire.exposition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The formats of an exposition, with the names that Prometheus' configuration gives them.
public enum ExpositionFormat {
    PROTOBUF(
            "PrometheusProto",
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"),
    OPENMETRICS_1_0_0("OpenMetricsText1.0.0", "application/openmetrics-text;version=1.0.0"),
    OPENMETRICS_0_0_1("OpenMetricsText0.0.1", "application/openmetrics-text;version=0.0.1"),
    TEXT_1_0_0("PrometheusText1.0.0", "text/plain;version=1.0.0"),
    TEXT_0_0_4("PrometheusText0.0.4", "text/plain;version=0.0.4");

    private final String configName;
    private final String mediaType;

    ExpositionFormat(String configName, String mediaType) {
        this.configName = configName;
        this.mediaType = mediaType;
    }

    /// The name in `scrape_protocols`.
    public String configName() {
        return configName;
    }

    public static Optional<ExpositionFormat> ofConfigName(String name) {
        for (ExpositionFormat format : values()) {
            if (format.configName.equals(name)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    public boolean isOpenMetrics() {
        return this == OPENMETRICS_1_0_0 || this == OPENMETRICS_0_0_1;
    }

    /// Whether a scraper may say in which way names outside the legacy characters are escaped.
    public boolean hasEscaping() {
        return this == OPENMETRICS_1_0_0 || this == TEXT_1_0_0;
    }

    /// What the `Accept` header asks for.
    public String mediaType() {
        return mediaType;
    }

    /// What a server answers with.
    public String contentType() {
        String spaced = mediaType.replace(";", "; ");
        return this == PROTOBUF ? spaced : spaced + "; charset=utf-8";
    }

    /// The format of an answer; empty for a content type that is none of these.
    public static Optional<ExpositionFormat> ofContentType(String contentType) {
        List<String> parts = parameters(contentType);
        String version = value(parts, "version");
        return switch (parts.getFirst()) {
            case "text/plain" -> Optional.of(version.equals("1.0.0") ? TEXT_1_0_0 : TEXT_0_0_4);
            case "application/openmetrics-text" ->
                Optional.of(version.equals("0.0.1") ? OPENMETRICS_0_0_1 : OPENMETRICS_1_0_0);
            case "application/vnd.google.protobuf" ->
                value(parts, "proto").equals("io.prometheus.client.metricfamily")
                                && value(parts, "encoding").equals("delimited")
                        ? Optional.of(PROTOBUF)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    /// Which of the text formats a client that sent this `Accept` header likes best; [#TEXT_0_0_4] where it says
    /// nothing of any.
    public static ExpositionFormat ofAccept(String accept) {
        return ofAccept(accept, Set.of(OPENMETRICS_1_0_0, OPENMETRICS_0_0_1, TEXT_1_0_0, TEXT_0_0_4));
    }

    /// Which of the offered formats a client likes best; [#TEXT_0_0_4] where it says nothing of any.
    public static ExpositionFormat ofAccept(String accept, Set<ExpositionFormat> offered) {
        ExpositionFormat best = TEXT_0_0_4;
        double bestQuality = 0;
        for (String alternative : accept.split(",")) {
            Optional<ExpositionFormat> format = ofContentType(alternative);
            double quality = quality(value(parameters(alternative), "q"));
            if (format.isPresent() && offered.contains(format.get()) && quality > bestQuality) {
                best = format.get();
                bestQuality = quality;
            }
        }
        return best;
    }

    private static double quality(String q) {
        try {
            return q.isEmpty() ? 1 : Double.parseDouble(q);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /// The media type and its parameters, in lower case without spaces and quotes.
    private static List<String> parameters(String header) {
        List<String> parts = new ArrayList<>();
        for (String part : header.toLowerCase(Locale.ROOT).split(";", -1)) {
            parts.add(part.strip().replace("\"", ""));
        }
        return parts;
    }

    private static String value(List<String> parts, String name) {
        for (String part : parts) {
            if (part.startsWith(name + "=")) {
                return part.substring(name.length() + 1);
            }
        }
        return "";
    }
}
