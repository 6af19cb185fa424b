package dev.belvedere.alerting.notify;

import dev.belvedere.alerting.notify.AlertmanagerConfig.Http;
import dev.belvedere.alerting.notify.AlertmanagerConfig.Receiver;
import dev.belvedere.alerting.notify.AlertmanagerConfig.Route;
import dev.belvedere.alerting.notify.AlertmanagerConfig.Webhook;
import dev.belvedere.model.Secret;
import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.platform.disk.Disk;
import dev.belvedere.platform.yaml.ConfigException;
import dev.belvedere.platform.yaml.YamlMap;
import dev.belvedere.platform.yaml.YamlNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads alertmanager.yml. What Alertmanager knows and is not built in yet is refused by name, so that nobody
/// believes in a notification that does not come.
public final class AlertmanagerConfigReader {

    private static final String ALL_LABELS = "...";
    private static final long DEFAULT_GROUP_WAIT_MILLIS = 30_000;
    private static final long DEFAULT_GROUP_INTERVAL_MILLIS = 300_000;
    private static final long DEFAULT_REPEAT_INTERVAL_MILLIS = 4 * 3_600_000L;

    private static final List<String> PLANNED_SECTIONS =
            List.of("inhibit_rules", "templates", "mute_time_intervals", "time_intervals", "tracing", "event_recorder");
    private static final List<String> PLANNED_ROUTE_KEYS = List.of(
            "routes",
            "matchers",
            "match",
            "match_re",
            "continue",
            "mute_time_intervals",
            "active_time_intervals",
            "labels");
    private static final Pattern PLANNED_GLOBAL_KEY = Pattern.compile(
            "(smtp|slack|pagerduty|opsgenie|wechat|victorops|telegram|webex|rocketchat|mattermost|jira)_.*");
    private static final Pattern PLANNED_RECEIVER_KEY = Pattern.compile(
            "(discord|email|incidentio|pagerduty|slack|opsgenie|wechat|pushover|victorops|sns|telegram|webex|msteams"
                    + "|msteamsv2|jira|rocketchat|mattermost)_configs|labels");

    private final Path base;
    private final HttpConnectionReader connections;

    /// @param disk holds the certificates that the file names
    /// @param base what relative paths are relative to: the directory of the file
    public AlertmanagerConfigReader(Disk disk, Path base) {
        this.base = base;
        this.connections = new HttpConnectionReader(disk, base);
    }

    /// @param file its name, for messages
    /// @throws ConfigException with line and column
    public AlertmanagerConfig read(String file, String text) {
        return read(YamlNode.parse(file, text)
                .filter(node -> !node.isNull())
                .orElseThrow(() -> new ConfigException(file, 0, 0, "no route provided in config")));
    }

    /// Reads a whole document, or the part of a larger one that is shaped like it.
    ///
    /// @throws ConfigException with line and column
    public AlertmanagerConfig read(YamlNode root) {
        YamlMap map = root.map();
        PLANNED_SECTIONS.forEach(key -> refusePlanned(map, key));
        long resolveTimeout = AlertmanagerConfig.DEFAULT_RESOLVE_TIMEOUT_MILLIS;
        Http http = Http.DEFAULT;
        Optional<YamlMap> global = map.get("global").map(YamlNode::map);
        if (global.isPresent()) {
            resolveTimeout = global.get().durationMillis("resolve_timeout", resolveTimeout);
            http = global.get().get("http_config", node -> http(node.map()), Http.DEFAULT);
            refusePlanned(global.get(), PLANNED_GLOBAL_KEY);
        }
        List<Receiver> receivers = receivers(map, http);
        Route route = route(map.get("route").orElseThrow(() -> root.error("no route provided in config")), receivers);
        map.rejectUnknown();
        return new AlertmanagerConfig(resolveTimeout, route, receivers);
    }

    private static void refusePlanned(YamlMap map, String key) {
        Optional<YamlNode> value = map.get(key);
        boolean isUsed = value.isPresent()
                && !(value.get().isList() && value.get().list().isEmpty());
        if (isUsed) {
            throw map.key(key).error("\"" + key + "\" is not built in yet");
        }
    }

    /// Looks at the keys that nobody has asked for yet.
    private static void refusePlanned(YamlMap map, Pattern planned) {
        try {
            map.rejectUnknown();
        } catch (ConfigException e) {
            String key = e.getMessage().replaceAll("(?s).*unknown key \"(.*)\"", "$1");
            if (planned.matcher(key).matches()) {
                throw map.key(key).error("\"" + key + "\" is not built in yet");
            }
            throw e;
        }
    }

    private Route route(YamlNode node, List<Receiver> receivers) {
        YamlMap map = node.map();
        PLANNED_ROUTE_KEYS.forEach(key -> refusePlanned(map, key));
        YamlNode receiver =
                map.get("receiver").orElseThrow(() -> node.error("root route must specify a default receiver"));
        if (receivers.stream().noneMatch(known -> known.name().equals(receiver.string()))) {
            throw receiver.error("undefined receiver \"" + receiver.string() + "\" used in route");
        }
        List<String> groupBy = new ArrayList<>();
        boolean groupsByAll = false;
        for (YamlNode label : map.list("group_by")) {
            if (label.string().equals(ALL_LABELS)) {
                groupsByAll = true;
            } else if (!LabelNames.isUtf8Name(label.string())) {
                throw label.error("invalid label name \"" + label.string() + "\" in group_by list");
            } else if (groupBy.contains(label.string())) {
                throw label.error("duplicated label \"" + label.string() + "\" in group_by");
            } else {
                groupBy.add(label.string());
            }
        }
        if (groupsByAll && !groupBy.isEmpty()) {
            throw map.key("group_by").error("cannot have wildcard group_by (`...`) and other labels at the same time");
        }
        Route route = new Route(
                receiver.string(),
                groupBy,
                groupsByAll,
                map.durationMillis("group_wait", DEFAULT_GROUP_WAIT_MILLIS),
                positive(map, "group_interval", DEFAULT_GROUP_INTERVAL_MILLIS),
                positive(map, "repeat_interval", DEFAULT_REPEAT_INTERVAL_MILLIS));
        map.rejectUnknown();
        return route;
    }

    private static long positive(YamlMap map, String key, long whenAbsent) {
        long millis = map.durationMillis(key, whenAbsent);
        if (millis == 0) {
            throw map.key(key).error(key + " cannot be zero");
        }
        return millis;
    }

    private List<Receiver> receivers(YamlMap map, Http global) {
        List<Receiver> receivers = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode node : map.list("receivers")) {
            YamlMap receiver = node.map();
            YamlNode name = receiver.get("name").orElseThrow(() -> node.error("missing name in receiver"));
            if (!names.add(name.string())) {
                throw name.error("notification config name \"" + name.string() + "\" is not unique");
            }
            List<Webhook> webhooks = receiver.list("webhook_configs").stream()
                    .map(webhook -> webhook(webhook, global))
                    .toList();
            refusePlanned(receiver, PLANNED_RECEIVER_KEY);
            receivers.add(new Receiver(name.string(), webhooks));
        }
        return receivers;
    }

    private Webhook webhook(YamlNode node, Http global) {
        YamlMap map = node.map();
        refusePlanned(map, "payload");
        Optional<YamlNode> url = map.get("url");
        Optional<Path> file = path(map, "url_file");
        if (url.isEmpty() && file.isEmpty()) {
            throw node.error("one of url or url_file must be configured");
        }
        if (url.isPresent() && file.isPresent()) {
            throw node.error("at most one of url & url_file must be configured");
        }
        url.ifPresent(AlertmanagerConfigReader::requireHttpUrl);
        long maxAlerts = map.integer("max_alerts", 0);
        if (maxAlerts < 0 || maxAlerts > Integer.MAX_VALUE) {
            throw map.key("max_alerts").error("max_alerts must be 0 to " + Integer.MAX_VALUE);
        }
        long timeout = map.durationMillis("timeout", 0);
        Webhook webhook = new Webhook(
                url.map(YamlNode::secret).orElse(Secret.NONE),
                file,
                map.bool("send_resolved", true),
                (int) maxAlerts,
                timeout == 0 ? Webhook.DEFAULT_TIMEOUT_MILLIS : timeout,
                map.get("http_config", value -> http(value.map()), global));
        map.rejectUnknown();
        return webhook;
    }

    private static void requireHttpUrl(YamlNode url) {
        try {
            WebhookNotifier.httpUri(url.string());
        } catch (IllegalArgumentException e) {
            throw url.error(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Path> path(YamlMap map, String key) {
        return map.get(key).map(node -> base.resolve(node.string()));
    }

    private Http http(YamlMap map) {
        List.of("oauth2", "proxy_from_environment", "proxy_connect_header", "no_proxy", "http_headers")
                .forEach(key -> refusePlanned(map, key));
        Optional<YamlMap> authorization = map.get("authorization").map(YamlNode::map);
        Optional<YamlMap> basic = map.get("basic_auth").map(YamlNode::map);
        if (authorization.isPresent() && basic.isPresent()) {
            throw map.node().error("at most one of basic_auth & authorization must be configured");
        }
        Http http = new Http(
                authorization.map(a -> a.string("type", "Bearer")).orElse(""),
                authorization.map(a -> a.secret("credentials")).orElse(Secret.NONE),
                authorization.flatMap(a -> path(a, "credentials_file")),
                basic.map(b -> b.string("username", "")).orElse(""),
                basic.map(b -> b.secret("password")).orElse(Secret.NONE),
                basic.flatMap(b -> path(b, "password_file")),
                connections.read(map));
        authorization.ifPresent(YamlMap::rejectUnknown);
        basic.ifPresent(YamlMap::rejectUnknown);
        map.rejectUnknown();
        return http;
    }
}
