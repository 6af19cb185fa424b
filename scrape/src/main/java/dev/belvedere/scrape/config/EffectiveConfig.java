package dev.belvedere.scrape.config;

import dev.belvedere.model.Durations;
import dev.belvedere.model.Secret;
import dev.belvedere.platform.yaml.YamlText;
import dev.belvedere.scrape.relabel.NameValidation;
import dev.belvedere.scrape.relabel.RelabelRule;
import dev.belvedere.wire.exposition.ExpositionFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A job, and `global`, as they are in effect, in YAML: defaults and what a job takes from `global` filled in, secrets
/// hidden. Keys and their order are Prometheus'; files are absolute, and a discovery that is not built in is shown
/// without its settings.
public final class EffectiveConfig {

    private static final String HIDDEN = "<secret>";
    private static final String[] SIZE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private EffectiveConfig() {}

    public static String yaml(ScrapeConfig config) {
        return YamlText.of(of(config));
    }

    /// What no key was given for is left out where Prometheus leaves it out.
    public static Map<String, Object> of(GlobalConfig config) {
        Map<String, Object> map = new LinkedHashMap<>();
        ScrapeDefaults settings = config.scrape();
        map.put("scrape_interval", Durations.format(settings.intervalMillis()));
        map.put("scrape_timeout", Durations.format(settings.timeoutMillis()));
        map.put("scrape_protocols", protocols(settings));
        map.put("evaluation_interval", Durations.format(config.evaluationIntervalMillis()));
        if (config.ruleQueryOffsetMillis() != 0) {
            map.put("rule_query_offset", Durations.format(config.ruleQueryOffsetMillis()));
        }
        put(map, "query_log_file", config.queryLogFile());
        put(map, "scrape_failure_log_file", settings.failureLogFile());
        Map<String, String> labels = new TreeMap<>();
        config.externalLabels().forEach(labels::put);
        put(map, "external_labels", labels);
        putLimits(map, settings.limits());
        if (settings.names() != NameValidation.UTF8) {
            map.put("metric_name_validation_scheme", settings.names().name().toLowerCase(Locale.ROOT));
        }
        if (settings.escaping() != EscapingScheme.ALLOW_UTF_8) {
            map.put("metric_name_escaping_scheme", settings.escaping().configName());
        }
        putIf(map, "scrape_native_histograms", settings.histograms().readsNative());
        putIf(map, "always_scrape_classic_histograms", settings.histograms().keepsClassic());
        putIf(map, "convert_classic_histograms_to_nhcb", settings.histograms().convertsClassic());
        putIf(map, "extra_scrape_metrics", settings.hasExtraMetrics());
        return map;
    }

    private static List<String> protocols(ScrapeDefaults settings) {
        return settings.effectiveProtocols().stream()
                .map(ExpositionFormat::configName)
                .toList();
    }

    public static Map<String, Object> of(ScrapeConfig config) {
        Map<String, Object> map = new LinkedHashMap<>();
        ScrapeDefaults settings = config.settings();
        map.put("job_name", config.jobName());
        putIf(map, "honor_labels", config.honorsLabels());
        map.put("honor_timestamps", config.honorsTimestamps());
        map.put("track_timestamps_staleness", config.tracksTimestampsStaleness());
        put(map, "params", new TreeMap<>(config.params()));
        map.put("scrape_interval", Durations.format(settings.intervalMillis()));
        map.put("scrape_timeout", Durations.format(settings.timeoutMillis()));
        map.put("scrape_protocols", protocols(settings));
        config.fallbackProtocol().ifPresent(format -> map.put("fallback_scrape_protocol", format.configName()));
        map.put("scrape_native_histograms", settings.histograms().readsNative());
        map.put("always_scrape_classic_histograms", settings.histograms().keepsClassic());
        map.put("convert_classic_histograms_to_nhcb", settings.histograms().convertsClassic());
        put(map, "scrape_failure_log_file", settings.failureLogFile());
        map.put("metrics_path", config.metricsPath());
        map.put("scheme", config.scheme());
        map.put("enable_compression", config.isCompressionEnabled());
        putLimits(map, settings.limits());
        map.put("metric_name_validation_scheme", settings.names().name().toLowerCase(Locale.ROOT));
        map.put("metric_name_escaping_scheme", settings.escaping().configName());
        map.put("extra_scrape_metrics", settings.hasExtraMetrics());
        putClient(map, config.client());
        put(map, "relabel_configs", rules(config.relabelRules()));
        put(map, "metric_relabel_configs", rules(config.metricRelabelRules()));
        map.putAll(discoveries(config.discoveries()));
        return map;
    }

    /// Leaves out what is empty.
    private static void put(Map<String, Object> map, String key, Object value) {
        boolean isEmpty = switch (value) {
            case String text -> text.isEmpty();
            case List<?> list -> list.isEmpty();
            case Map<?, ?> inner -> inner.isEmpty();
            case Number number -> number.doubleValue() == 0;
            default -> false;
        };
        if (!isEmpty) {
            map.put(key, value);
        }
    }

    private static void putIf(Map<String, Object> map, String key, boolean value) {
        if (value) {
            map.put(key, true);
        }
    }

    private static void putHidden(Map<String, Object> map, String key, Secret secret) {
        if (secret.isPresent()) {
            map.put(key, HIDDEN);
        }
    }

    private static void putLimits(Map<String, Object> map, ScrapeLimits limits) {
        put(map, "body_size_limit", limits.bodyBytes() == 0 ? "" : size(limits.bodyBytes()));
        put(map, "sample_limit", limits.samples());
        put(map, "target_limit", limits.targets());
        put(map, "label_limit", limits.labels());
        put(map, "label_name_length_limit", limits.labelNameLength());
        put(map, "label_value_length_limit", limits.labelValueLength());
        put(map, "native_histogram_bucket_limit", limits.nativeHistogramBuckets());
        put(map, "native_histogram_min_bucket_factor", limits.nativeHistogramMinBucketFactor());
        put(map, "keep_dropped_targets", limits.keepDroppedTargets());
    }

    private static String size(long bytes) {
        long count = bytes;
        int unit = 0;
        while (count % 1024 == 0 && unit < SIZE_UNITS.length - 1) {
            count /= 1024;
            unit++;
        }
        return count + SIZE_UNITS[unit];
    }

    private static void putClient(Map<String, Object> map, HttpClientConfig client) {
        client.basicAuth().ifPresent(basic -> {
            Map<String, Object> inner = new LinkedHashMap<>();
            put(inner, "username", basic.username());
            put(inner, "username_file", basic.usernameFile());
            putHidden(inner, "password", basic.password());
            put(inner, "password_file", basic.passwordFile());
            map.put("basic_auth", inner);
        });
        client.authorization().ifPresent(authorization -> {
            Map<String, Object> inner = new LinkedHashMap<>();
            inner.put("type", authorization.type());
            putHidden(inner, "credentials", authorization.credentials());
            put(inner, "credentials_file", authorization.credentialsFile());
            map.put("authorization", inner);
        });
        client.oauth2().ifPresent(oauth2 -> {
            Map<String, Object> inner = new LinkedHashMap<>();
            inner.put("client_id", oauth2.clientId());
            putHidden(inner, "client_secret", oauth2.clientSecret());
            put(inner, "client_secret_file", oauth2.clientSecretFile());
            put(inner, "scopes", oauth2.scopes());
            inner.put("token_url", oauth2.tokenUrl());
            put(inner, "endpoint_params", new TreeMap<>(oauth2.endpointParams()));
            put(inner, "tls_config", tls(oauth2.tls()));
            map.put("oauth2", inner);
        });
        put(map, "tls_config", tls(client.tls()));
        map.put("follow_redirects", client.followsRedirects());
        map.put("enable_http2", client.isHttp2Allowed());
        put(map, "proxy_url", withoutUser(client.proxy().url()));
        put(map, "no_proxy", client.proxy().noProxy());
        putIf(map, "proxy_from_environment", client.proxy().isFromEnvironment());
        Map<String, Object> connectHeaders = new TreeMap<>();
        client.proxy()
                .connectHeaders()
                .forEach((name, values) -> connectHeaders.put(
                        name, values.stream().map(value -> HIDDEN).toList()));
        put(map, "proxy_connect_header", connectHeaders);
        put(map, "http_headers", headers(client.headers()));
    }

    /// A password may itself have an `@`: what is before the last one of the authority is hidden.
    private static String withoutUser(String url) {
        return url.replaceFirst("//[^/]*@", "//" + HIDDEN + "@");
    }

    private static Map<String, Object> headers(Map<String, HttpClientConfig.Header> headers) {
        Map<String, Object> map = new TreeMap<>();
        headers.forEach((name, header) -> {
            Map<String, Object> inner = new LinkedHashMap<>();
            put(inner, "values", header.values());
            put(
                    inner,
                    "secrets",
                    header.secrets().stream().map(secret -> HIDDEN).toList());
            put(inner, "files", header.files());
            map.put(name, inner);
        });
        return map;
    }

    private static Map<String, Object> tls(TlsConfig tls) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (!tls.equals(TlsConfig.DEFAULT)) {
            put(map, "ca", tls.ca());
            put(map, "cert", tls.certificate());
            putHidden(map, "key", tls.key());
            put(map, "ca_file", tls.caFile());
            put(map, "cert_file", tls.certificateFile());
            put(map, "key_file", tls.keyFile());
            put(map, "server_name", tls.serverName());
            map.put("insecure_skip_verify", tls.isVerificationSkipped());
            put(map, "min_version", tls.minVersion());
        }
        return map;
    }

    private static List<Map<String, Object>> rules(List<RelabelRule> rules) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (RelabelRule rule : rules) {
            RelabelRule.Form form = rule.form();
            Map<String, Object> map = new LinkedHashMap<>();
            put(map, "source_labels", form.sourceLabels());
            map.put("separator", form.separator());
            map.put("regex", form.regex());
            put(map, "modulus", form.modulus());
            put(map, "target_label", form.targetLabel());
            map.put("replacement", form.replacement());
            map.put("action", form.action().configName());
            list.add(map);
        }
        return list;
    }

    /// By key, in the order of the keys.
    private static Map<String, List<Object>> discoveries(List<DiscoveryConfig> discoveries) {
        Map<String, List<Object>> map = new TreeMap<>();
        for (DiscoveryConfig discovery : discoveries) {
            switch (discovery) {
                case DiscoveryConfig.Static fixed ->
                    fixed.groups().forEach(group -> section(map, "static").add(group(group)));
                case DiscoveryConfig.FromFiles files -> section(map, "file_sd").add(files(files));
                case DiscoveryConfig.FromHttp http -> section(map, "http_sd").add(http(http));
                case DiscoveryConfig.NotBuiltIn other ->
                    section(map, other.kind() + "_sd").add(Map.of());
            }
        }
        return map;
    }

    private static List<Object> section(Map<String, List<Object>> map, String kind) {
        return map.computeIfAbsent(kind + "_configs", key -> new ArrayList<>());
    }

    private static Map<String, Object> group(TargetGroup group) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("targets", group.addresses());
        Map<String, String> labels = new TreeMap<>();
        group.labels().forEach(labels::put);
        put(map, "labels", labels);
        return map;
    }

    private static Map<String, Object> files(DiscoveryConfig.FromFiles files) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(
                "files",
                files.files().stream()
                        .map(file -> file.directory().resolve(file.name()).toString())
                        .toList());
        map.put("refresh_interval", Durations.format(files.refreshMillis()));
        return map;
    }

    private static Map<String, Object> http(DiscoveryConfig.FromHttp http) {
        Map<String, Object> map = new LinkedHashMap<>();
        putClient(map, http.client());
        map.put("refresh_interval", Durations.format(http.refreshMillis()));
        map.put("url", withoutUser(http.url().toString()));
        return map;
    }
}
