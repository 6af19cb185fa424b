package dev.belvedere.eventdb.frame;

import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.BytesWriter;
import dev.belvedere.model.Tenant;

/// The bytes of a frame, its texts, and where each of its rows lies. Immutable.
public final class FrameRows {

    final byte[] bytes;
    final Tenant tenant;
    final String[] texts;
    private final int[] positions;

    private FrameRows(byte[] bytes, Tenant tenant, String[] texts, int[] positions) {
        this.bytes = bytes;
        this.tenant = tenant;
        this.texts = texts;
        this.positions = positions;
    }

    /// Finds the rows, which end the frame: their number, then each behind its length.
    static FrameRows read(BytesReader reader, byte[] bytes, Tenant tenant, String[] texts) {
        int[] positions = new int[reader.getCount(Integer.BYTES)];
        for (int i = 0; i < positions.length; i++) {
            int length = reader.getInt();
            positions[i] = reader.position();
            reader.skip(length);
        }
        return new FrameRows(bytes, tenant, texts, positions);
    }

    int count() {
        return positions.length;
    }

    BytesReader reader(int row) {
        return reader(row, 0);
    }

    /// @param at bytes into the row
    BytesReader reader(int row, int at) {
        return new BytesReader(bytes, positions[row] + at, bytes.length);
    }

    /// Rows of a frame while they are written.
    static final class Writer {

        final BytesWriter body = new BytesWriter(64 * 1024);
        private int count;
        private int lengthAt;

        void begin() {
            lengthAt = body.size();
            body.putInt(0);
        }

        /// @param what the row is called when it is too large
        /// @throws dev.belvedere.model.OperationException `record_too_large`
        void end(String what) {
            int length = body.size() - lengthAt - Integer.BYTES;
            FrameHeader.requireRecordSize(what, length);
            body.setInt(lengthAt, length);
            count++;
        }

        void write(BytesWriter frame) {
            frame.putVarint(count);
            frame.putRaw(body.array(), 0, body.size());
        }
    }
}
