package dev.belvedere.testkit.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import dev.belvedere.platform.segment.SegmentReader;
import dev.belvedere.platform.segment.SegmentStore;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The segment store as every engine relies on it.
public abstract class SegmentStoreContract {

    /// Opens the store under test; a second call opens the same store again.
    protected abstract SegmentStore open();

    protected static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    protected static byte[] read(SegmentReader reader, long position, int length) {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        reader.read(position, buffer);
        return buffer.array();
    }

    @Test
    void an_object_comes_back_whole_and_by_ranges() {
        SegmentStore store = open();
        byte[] content = bytes(3_000_000);
        long size = store.put("metrics/0000/a.block", sink -> {
            sink.write(ByteBuffer.wrap(content, 0, 100));
            assertThat(sink.position()).isEqualTo(100);
            sink.write(ByteBuffer.wrap(content, 100, content.length - 100));
        });
        assertThat(size).isEqualTo(content.length);
        try (SegmentReader reader = open().open("metrics/0000/a.block")) {
            assertThat(reader.size()).isEqualTo(content.length);
            assertThat(read(reader, 0, content.length)).isEqualTo(content);
            assertThat(read(reader, 2_999_990, 10)).endsWith(content[content.length - 1]);
        }
    }

    @Test
    void a_read_beyond_the_end_is_corruption_not_garbage() {
        SegmentStore store = open();
        store.put("a", sink -> sink.write(ByteBuffer.wrap(bytes(10))));
        try (SegmentReader reader = store.open("a")) {
            assertThatThrownBy(() -> read(reader, 5, 6))
                    .isInstanceOfSatisfying(
                            OperationException.class, e -> assertThat(e.code()).isEqualTo("corrupt_segment"));
        }
    }

    @Test
    void a_missing_object_says_so() {
        SegmentStore store = open();
        assertThatThrownBy(() -> store.open("nothing/here"))
                .isInstanceOfSatisfying(
                        OperationException.class, e -> assertThat(e.code()).isEqualTo("segment_missing"));
        store.delete("nothing/here");
    }

    @Test
    void keys_are_listed_by_prefix_and_sorted_and_deleted_ones_are_gone() {
        SegmentStore store = open();
        for (String key : new String[] {"b/2", "a/1", "b/1", "bb"}) {
            store.put(key, sink -> sink.write(ByteBuffer.wrap(bytes(3))));
        }
        assertThat(store.list("")).containsExactly("a/1", "b/1", "b/2", "bb");
        assertThat(store.list("b/")).containsExactly("b/1", "b/2");
        store.delete("b/1");
        assertThat(open().list("b")).containsExactly("b/2", "bb");
    }

    @Test
    void a_content_that_fails_half_way_leaves_nothing() {
        SegmentStore store = open();
        assertThatThrownBy(() -> store.put("half", sink -> {
                    sink.write(ByteBuffer.wrap(bytes(2_000_000)));
                    throw new IllegalStateException("builder failed");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.list("")).isEmpty();
    }

    @Test
    void a_key_cannot_leave_the_store() {
        SegmentStore store = open();
        for (String key : new String[] {"", "/a", "a/", "../a", "a/../b", "a//b", "a b", ".hidden", "a.tmp"}) {
            assertThatThrownBy(() -> store.put(key, sink -> {})).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
