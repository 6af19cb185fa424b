package dev.belvedere.alerting.notify;

/// What a notification is remembered by.
///
/// @param integration which of the receiver's ways to reach people, from 0
record SentKey(String groupKey, String receiver, int integration) {}
