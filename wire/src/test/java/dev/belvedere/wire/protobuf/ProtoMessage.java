package dev.belvedere.wire.protobuf;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// Messages for tests, field by field, written by protobuf's own library.
public final class ProtoMessage {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    public interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    public ProtoMessage add(Fields fields) {
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    public ProtoMessage string(int field, String value) {
        return add(o -> o.writeString(field, value));
    }

    public ProtoMessage int64(int field, long value) {
        return add(o -> o.writeInt64(field, value));
    }

    public ProtoMessage sint64(int field, long value) {
        return add(o -> o.writeSInt64(field, value));
    }

    public ProtoMessage float64(int field, double value) {
        return add(o -> o.writeDouble(field, value));
    }

    public ProtoMessage message(int field, ProtoMessage value) {
        return add(o -> o.writeByteArray(field, value.toByteArray()));
    }

    public ProtoMessage bytes(int field, byte[] value) {
        return add(o -> o.writeByteArray(field, value));
    }

    public ProtoMessage packed(int field, long... values) {
        ProtoMessage packed = new ProtoMessage().add(o -> {
            for (long value : values) {
                o.writeUInt64NoTag(value);
            }
        });
        return message(field, packed);
    }

    public ProtoMessage packedSint64(int field, long... values) {
        ProtoMessage packed = new ProtoMessage().add(o -> {
            for (long value : values) {
                o.writeSInt64NoTag(value);
            }
        });
        return message(field, packed);
    }

    public ProtoMessage packedDoubles(int field, double... values) {
        ProtoMessage packed = new ProtoMessage().add(o -> {
            for (double value : values) {
                o.writeDoubleNoTag(value);
            }
        });
        return message(field, packed);
    }

    public byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
