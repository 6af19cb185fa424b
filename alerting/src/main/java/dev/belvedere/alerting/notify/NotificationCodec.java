package dev.belvedere.alerting.notify;

import dev.belvedere.alerting.Alert;
import dev.belvedere.alerting.notify.NotificationEdit.AlertForgotten;
import dev.belvedere.alerting.notify.NotificationEdit.AlertKept;
import dev.belvedere.alerting.notify.NotificationEdit.Sent;
import dev.belvedere.alerting.notify.NotificationEdit.SentForgotten;
import dev.belvedere.model.labels.Labels;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The bytes of edits, as docs/format/notifications.md draws them.
final class NotificationCodec {

    private static final int ALERT_KEPT = 1;
    private static final int ALERT_FORGOTTEN = 2;
    private static final int SENT = 3;
    private static final int SENT_FORGOTTEN = 4;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private NotificationCodec() {}

    static ByteBuffer encode(List<NotificationEdit> edits) {
        NotificationCodec codec = new NotificationCodec();
        edits.forEach(codec::edit);
        return ByteBuffer.wrap(codec.out.toByteArray());
    }

    private void edit(NotificationEdit edit) {
        switch (edit) {
            case AlertKept kept -> {
                out.write(ALERT_KEPT);
                labels(kept.alert().labels());
                labels(kept.alert().annotations());
                fixed(kept.alert().startsAtMillis());
                fixed(kept.alert().endsAtMillis());
                text(kept.alert().generatorUrl());
            }
            case AlertForgotten forgotten -> {
                out.write(ALERT_FORGOTTEN);
                labels(forgotten.labels());
            }
            case Sent sent -> {
                out.write(SENT);
                key(sent.key());
                fixed(sent.entry().atMillis());
                fingerprints(sent.entry().firing());
                fingerprints(sent.entry().resolved());
            }
            case SentForgotten forgotten -> {
                out.write(SENT_FORGOTTEN);
                key(forgotten.key());
            }
        }
    }

    private void key(SentKey key) {
        text(key.groupKey());
        text(key.receiver());
        varint(key.integration());
    }

    private void labels(Labels labels) {
        varint(labels.size());
        labels.forEach((name, value) -> {
            text(name);
            text(value);
        });
    }

    private void fingerprints(Set<Long> fingerprints) {
        varint(fingerprints.size());
        fingerprints.stream().sorted().forEach(this::fixed);
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        varint(bytes.length);
        out.writeBytes(bytes);
    }

    private void varint(int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    private void fixed(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    /// @throws IllegalArgumentException or `BufferUnderflowException` for bytes that are no edits
    static List<NotificationEdit> decode(ByteBuffer bytes) {
        ByteBuffer in = bytes.order(ByteOrder.LITTLE_ENDIAN);
        List<NotificationEdit> edits = new ArrayList<>();
        while (in.hasRemaining()) {
            int kind = in.get();
            edits.add(
                    switch (kind) {
                        case ALERT_KEPT ->
                            new AlertKept(new Alert(
                                    readLabels(in), readLabels(in), in.getLong(), in.getLong(), readText(in)));
                        case ALERT_FORGOTTEN -> new AlertForgotten(readLabels(in));
                        case SENT ->
                            new Sent(
                                    readKey(in),
                                    new SentEntry(in.getLong(), readFingerprints(in), readFingerprints(in)));
                        case SENT_FORGOTTEN -> new SentForgotten(readKey(in));
                        default -> throw new IllegalArgumentException("edit of unknown kind " + kind);
                    });
        }
        return edits;
    }

    private static SentKey readKey(ByteBuffer in) {
        return new SentKey(readText(in), readText(in), readVarint(in));
    }

    private static Labels readLabels(ByteBuffer in) {
        int count = readCount(in, 2);
        Labels.Builder labels = new Labels.Builder();
        for (int i = 0; i < count; i++) {
            labels.set(readText(in), readText(in));
        }
        return labels.build();
    }

    private static Set<Long> readFingerprints(ByteBuffer in) {
        int count = readCount(in, Long.BYTES);
        Set<Long> fingerprints = new HashSet<>();
        for (int i = 0; i < count; i++) {
            fingerprints.add(in.getLong());
        }
        return fingerprints;
    }

    private static String readText(ByteBuffer in) {
        byte[] bytes = new byte[readCount(in, 1)];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// A number of things of which each takes at least `minBytes` of what is left.
    private static int readCount(ByteBuffer in, int minBytes) {
        int count = readVarint(in);
        if (count > in.remaining() / minBytes) {
            throw new IllegalArgumentException("count " + count + " beyond the " + in.remaining() + " bytes left");
        }
        return count;
    }

    private static int readVarint(ByteBuffer in) {
        int value = 0;
        for (int shift = 0; shift < 32; shift += 7) {
            int b = in.get();
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                if (value < 0) {
                    break;
                }
                return value;
            }
        }
        throw new IllegalArgumentException("varint beyond 31 bits");
    }
}
