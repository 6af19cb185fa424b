package dev.belvedere.scrape.config;

import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import dev.belvedere.scrape.relabel.NameValidation;
import dev.belvedere.scrape.relabel.RelabelRule;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// An entry of `remote_write`: another system that gets a copy of every sample.
///
/// @param name empty where none is given
/// @param isVersion2 whether `io.prometheus.write.v2.Request` is spoken
public record RemoteWriteConfig(
        URI url,
        String name,
        long timeoutMillis,
        Map<String, String> headers,
        List<RelabelRule> relabelRules,
        boolean sendsExemplars,
        boolean sendsNativeHistograms,
        boolean isVersion2,
        Queue queue,
        HttpClientConfig client) {

    private static final String VERSION_1 = "prometheus.WriteRequest";
    private static final String VERSION_2 = "io.prometheus.write.v2.Request";

    /// `queue_config`: how samples wait and are sent.
    ///
    /// @param sampleAgeLimitMillis older samples are dropped; 0 for none
    public record Queue(
            long capacity,
            long minShards,
            long maxShards,
            long maxSamplesPerSend,
            long batchSendDeadlineMillis,
            long minBackoffMillis,
            long maxBackoffMillis,
            boolean retriesOnRateLimit,
            long sampleAgeLimitMillis) {

        static final Queue DEFAULT = new Queue(10_000, 1, 50, 2000, 5000, 30, 5000, false, 0);

        private static Queue read(YamlNode node) {
            YamlMap map = node.map();
            Queue queue = new Queue(
                    positive(map, "capacity", DEFAULT.capacity),
                    positive(map, "min_shards", DEFAULT.minShards),
                    positive(map, "max_shards", DEFAULT.maxShards),
                    positive(map, "max_samples_per_send", DEFAULT.maxSamplesPerSend),
                    map.durationMillis("batch_send_deadline", DEFAULT.batchSendDeadlineMillis),
                    map.durationMillis("min_backoff", DEFAULT.minBackoffMillis),
                    map.durationMillis("max_backoff", DEFAULT.maxBackoffMillis),
                    map.bool("retry_on_http_429", false),
                    map.durationMillis("sample_age_limit", 0));
            map.rejectUnknown();
            if (queue.minShards > queue.maxShards) {
                throw node.error("min_shards is greater than max_shards");
            }
            if (queue.minBackoffMillis > queue.maxBackoffMillis) {
                throw node.error("min_backoff is greater than max_backoff");
            }
            return queue;
        }

        private static long positive(YamlMap map, String key, long whenAbsent) {
            long value = map.integer(key, whenAbsent);
            if (value <= 0) {
                throw map.key(key).error(key + " must be greater than 0");
            }
            return value;
        }
    }

    static RemoteWriteConfig read(YamlNode node, NameValidation names, ConfigSource source) {
        if (node.isNull()) {
            throw node.error("empty or null remote write config section");
        }
        YamlMap map = node.map();
        RemoteWriteConfig config = new RemoteWriteConfig(
                Urls.parse(Urls.require(map, "url")),
                map.string("name", ""),
                map.durationMillis("remote_timeout", 30_000),
                HttpClientConfig.plainHeaders(map),
                RelabelRule.readAll(map, "write_relabel_configs", names),
                map.bool("send_exemplars", false),
                map.bool("send_native_histograms", false),
                map.get("protobuf_message", RemoteWriteConfig::isVersion2, false),
                map.get("queue_config", Queue::read, Queue.DEFAULT),
                HttpClientConfig.read(map, source.directory(), false));
        map.bool("round_robin_dns", false);
        map.bool("failed_request_logging", false);
        map.get("metadata_config").ifPresent(metadata -> {
            YamlMap inner = metadata.map();
            inner.bool("send", true);
            inner.durationMillis("send_interval", 60_000);
            inner.integer("max_samples_per_send", 2000);
            inner.rejectUnknown();
        });
        for (String cloud : List.of("sigv4", "azuread", "google_iam")) {
            map.get(cloud);
        }
        map.rejectUnknown();
        return config;
    }

    private static boolean isVersion2(YamlNode node) {
        return switch (node.string()) {
            case VERSION_1 -> false;
            case VERSION_2 -> true;
            default ->
                throw node.error("unknown remote write message \"" + node.string() + "\"; one of " + VERSION_1 + ", "
                        + VERSION_2);
        };
    }
}
