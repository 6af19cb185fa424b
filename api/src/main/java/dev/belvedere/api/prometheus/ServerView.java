package dev.belvedere.api.prometheus;

import dev.belvedere.model.labels.Labels;
import java.util.List;
import java.util.Map;

/// What the Prometheus API tells of the server itself, and does to it.
public interface ServerView {

    /// Whether requests can be answered; until then they get 503.
    boolean isReady();

    /// The configuration in use, as YAML, without secrets.
    String configText();

    /// Options of the command line by name.
    Map<String, String> flags();

    Build build();

    Runtime runtime();

    /// `global.external_labels`.
    Labels externalLabels();

    /// Whether series may be deleted through the API.
    boolean isAdminEnabled();

    /// Whether the configuration may be read again through the API.
    boolean isReloadEnabled();

    /// Whether the process may be ended through the API.
    boolean isQuitEnabled();

    /// Has the process end as it does when it is told by a signal. Returns before it does.
    void quit();

    /// Results that one search for names may ask for; 0 for any number, less for no searches at all.
    int maxSearchLimit();

    /// Reads the configuration again.
    ///
    /// @throws dev.belvedere.model.OperationException if it cannot be used; then the former one goes on
    void reload();

    /// Makes a snapshot of the data directory.
    ///
    /// @param skipsHead whether to leave out what is in memory and the log only
    /// @return its name
    String snapshot(boolean skipsHead);

    /// Which optional behaviour there is, by area and name.
    Map<String, Map<String, Boolean>> features();

    /// What an operator should look at.
    List<Notice> notices();

    /// @param javaVersion stands where Prometheus tells its Go version
    record Build(String version, String revision, String branch, String user, String date, String javaVersion) {}

    /// @param lastConfigMillis when the configuration was read last
    /// @param retention as it is shown: `15d`
    record Runtime(
            long startMillis,
            String workingDirectory,
            String hostname,
            boolean isLastReloadSuccessful,
            long lastConfigMillis,
            long corruptionCount,
            int threadCount,
            int processors,
            long maxHeapBytes,
            String retention) {}

    record Notice(String text, long atMillis, boolean isActive) {}
}
