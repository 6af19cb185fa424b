package dev.belvedere.alerting.notify;

/// A way to reach people. Safe from any thread; blocks the calling (virtual) thread.
public interface Notifier {

    /// Makes one attempt.
    Delivery send(Notification notification) throws InterruptedException;

    /// Whether people are told that alerts are over.
    boolean sendsResolved();

    /// What became of one attempt.
    sealed interface Delivery {

        record Sent() implements Delivery {}

        /// The same attempt may succeed in a moment.
        record Postponed(String reason) implements Delivery {}

        /// The same attempt fails again.
        record Refused(String reason) implements Delivery {}
    }
}
