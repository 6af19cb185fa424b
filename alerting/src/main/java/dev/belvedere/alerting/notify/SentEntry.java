package dev.belvedere.alerting.notify;

import java.util.Set;

/// The last notification of a group: when, and about which alerts, by their fingerprints.
record SentEntry(long atMillis, Set<Long> firing, Set<Long> resolved) {

    SentEntry {
        firing = Set.copyOf(firing);
        resolved = Set.copyOf(resolved);
    }
}
