package dev.belvedere.eventdb.frame;

import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import dev.belvedere.model.Tenant;

/// What frames of both signals begin with, and their limits. Format: docs/format/events-frame.md.
final class FrameHeader {

    static final int LOGS = 1;
    static final int SPANS = 2;

    /// A frame takes no further record once its records have this size.
    static final int SPLIT_BYTES = 8 << 20;

    /// The largest single record or span.
    static final int MAX_RECORD_BYTES = 16 << 20;

    private static final int VERSION = 1;

    private FrameHeader() {}

    static void write(BytesWriter into, int signal, Tenant tenant) {
        into.putByte(VERSION);
        into.putByte(signal);
        into.putText(tenant.name());
    }

    static Tenant read(BytesReader from, int signal) {
        int version = from.getByte();
        int found = from.getByte();
        if (version > VERSION) {
            throw new OperationException(
                    "unsupported_version",
                    Fault.USER,
                    "the log of events has frames of format version " + version + ", this release reads up to "
                            + VERSION + ": run the release that wrote it");
        }
        if (version != VERSION || found != signal) {
            throw new MalformedBytesException("frame of version " + version + " and signal " + found);
        }
        String name = from.getText();
        try {
            return new Tenant(name);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException(String.valueOf(e.getMessage()));
        }
    }

    static void requireRecordSize(String what, int bytes) {
        if (bytes > MAX_RECORD_BYTES) {
            throw new OperationException(
                    "record_too_large",
                    Fault.USER,
                    "a " + what + " takes " + bytes + " bytes, limit " + MAX_RECORD_BYTES
                            + ": shorten its text or attributes");
        }
    }
}
