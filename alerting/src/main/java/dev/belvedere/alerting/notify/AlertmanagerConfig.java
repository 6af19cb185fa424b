package dev.belvedere.alerting.notify;

import dev.belvedere.model.Secret;
import dev.belvedere.platform.http.ConnectionOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What alertmanager.yml says, as far as it is built in.
///
/// @param resolveTimeoutMillis how long an alert that does not say when it ends holds without being sent again
public record AlertmanagerConfig(long resolveTimeoutMillis, Route route, List<Receiver> receivers) {

    public static final long DEFAULT_RESOLVE_TIMEOUT_MILLIS = 300_000;

    /// Alerts are kept and sent to nobody.
    public static final AlertmanagerConfig NONE = new AlertmanagerConfig(
            DEFAULT_RESOLVE_TIMEOUT_MILLIS,
            new Route("none", List.of(), false, 30_000, 300_000, 14_400_000),
            List.of(new Receiver("none", List.of())));

    public AlertmanagerConfig {
        receivers = List.copyOf(receivers);
    }

    /// Which alerts go together, to whom, and how often.
    ///
    /// @param groupBy names of labels; alerts that agree in them are told of together
    /// @param groupsByAll every label counts: each alert is told of alone
    /// @param groupWaitMillis from a group's first alert to its first notification
    /// @param groupIntervalMillis between notifications of a group that has changed
    /// @param repeatIntervalMillis after which a group that has not changed is told of again
    public record Route(
            String receiver,
            List<String> groupBy,
            boolean groupsByAll,
            long groupWaitMillis,
            long groupIntervalMillis,
            long repeatIntervalMillis) {

        public Route {
            groupBy = List.copyOf(groupBy);
        }

        /// The route's part of group keys: its matchers, of which the root has none.
        String key() {
            return "{}";
        }
    }

    public record Receiver(String name, List<Webhook> webhooks) {

        public Receiver {
            webhooks = List.copyOf(webhooks);
        }
    }

    /// @param url empty if it stands in `urlFile`
    /// @param maxAlerts how many alerts one message has at most; 0 for any number
    /// @param timeoutMillis for one attempt
    public record Webhook(
            Secret url, Optional<Path> urlFile, boolean sendsResolved, int maxAlerts, long timeoutMillis, Http http) {

        public static final long DEFAULT_TIMEOUT_MILLIS = 30_000;
    }

    /// How requests are authorised and connections made. Secrets in files are read for each notification.
    ///
    /// @param authorizationType put before the credentials: `Bearer`; empty for none
    public record Http(
            String authorizationType,
            Secret credentials,
            Optional<Path> credentialsFile,
            String username,
            Secret password,
            Optional<Path> passwordFile,
            ConnectionOptions connection) {

        public static final Http DEFAULT = new Http(
                "", Secret.NONE, Optional.empty(), "", Secret.NONE, Optional.empty(), ConnectionOptions.DEFAULT);
    }

    Optional<Receiver> receiver(String name) {
        return receivers.stream()
                .filter(receiver -> receiver.name().equals(name))
                .findFirst();
    }
}
