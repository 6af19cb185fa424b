package dev.belvedere.alerting;

import java.util.List;

/// Takes the alerts that rules send: once when they fire, again and again while they do, and when they are resolved.
public interface AlertReceiver {

    /// Nobody is told.
    AlertReceiver NONE = alerts -> {};

    /// Returns once the alerts cannot be lost any more, as far as the receiver keeps them at all. Safe from any
    /// thread.
    void receive(List<Alert> alerts);
}
