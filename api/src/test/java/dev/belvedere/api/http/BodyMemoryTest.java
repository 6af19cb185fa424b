package dev.belvedere.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {

    private static final int MAX_BODY_BYTES = 1_000_000;

    private final BodyMemory memory = new BodyMemory(0, MAX_BODY_BYTES);

    private static RequestBody bodyOf(BodyMemory memory, long announced, int... pieces) {
        RequestBody body = new RequestBody(memory, MAX_BODY_BYTES, announced);
        for (int i = 0; i < pieces.length; i++) {
            byte[] piece = new byte[pieces[i]];
            Arrays.fill(piece, (byte) i);
            body.add(Unpooled.wrappedBuffer(piece));
        }
        return body;
    }

    @Test
    void a_body_is_what_came_whatever_was_announced() {
        for (long announced : new long[] {-1, 0, 1, 600_000, MAX_BODY_BYTES}) {
            RequestBody body = bodyOf(memory, announced, 300_000, 0, 299_999, 1);
            byte[] whole = Arrays.copyOf(body.array(), body.length());
            assertThat(whole).hasSize(600_000);
            assertThat(whole[299_999]).isZero();
            assertThat(whole[300_000]).isEqualTo((byte) 2);
            assertThat(whole[599_999]).isEqualTo((byte) 3);
            body.release();
        }
    }

    @Test
    void what_is_announced_alone_takes_little() {
        for (int i = 0; i < 4; i++) {
            bodyOf(memory, MAX_BODY_BYTES, 1);
        }
        assertThatThrownBy(() -> bodyOf(memory, MAX_BODY_BYTES, 1)).hasMessageContaining("the bodies of the requests");
    }

    @Test
    void bodies_beyond_the_limit_are_refused_until_others_are_released() {
        RequestBody first = bodyOf(memory, -1, 900_000);
        assertThatThrownBy(() -> bodyOf(memory, -1, 200_000))
                .isInstanceOfSatisfying(
                        OperationException.class,
                        failure -> assertThat(failure.code()).isEqualTo("overloaded"));
        first.release();
        first.release();
        RequestBody second = bodyOf(memory, -1, 900_000);
        assertThatThrownBy(() -> bodyOf(memory, -1, 200_000)).hasMessageContaining("try again");
        second.release();
    }

    @Test
    void a_body_lies_where_one_before_it_lay() {
        RequestBody first = bodyOf(memory, 20_000, 20_000);
        byte[] array = first.array();
        first.release();
        RequestBody second = bodyOf(memory, 30_000, 17_000, 13_000);
        assertThat(second.array()).isSameAs(array);
        assertThat(second.length()).isEqualTo(30_000);
    }

    @Test
    void a_body_that_was_released_cannot_be_read() {
        RequestBody body = bodyOf(memory, 20_000, 20_000);
        body.release();
        assertThat(body.length()).isEqualTo(20_000);
        assertThatThrownBy(body::array).hasMessageContaining("its body is gone");
        assertThatThrownBy(body::text).hasMessageContaining("its body is gone");
    }

    @Test
    void an_array_is_never_two_bodies_at_once() {
        RequestBody first = bodyOf(memory, 20_000, 20_000);
        first.release();
        first.release();
        RequestBody second = bodyOf(memory, 20_000, 20_000);
        RequestBody third = bodyOf(memory, 20_000, 20_000);
        assertThat(third.array()).isNotSameAs(second.array());
    }

    @Test
    void what_is_kept_for_later_bodies_has_a_limit() {
        BodyMemory large = new BodyMemory(64 << 20, MAX_BODY_BYTES);
        List<RequestBody> bodies = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            bodies.add(bodyOf(large, 600_000, 600_000));
            bodies.add(bodyOf(large, 60_000, 60_000));
            bodies.add(bodyOf(large, 100, 100));
        }
        bodies.forEach(RequestBody::release);
        assertThat(large.keptBytes()).isBetween(BodyMemory.KEPT_BYTES / 2L, (long) BodyMemory.KEPT_BYTES);
    }

    @Test
    void arrays_that_no_body_wants_any_more_are_given_back() {
        RequestBody small = bodyOf(memory, 10_000, 10_000);
        RequestBody large = bodyOf(memory, 100_000, 100_000);
        small.release();
        large.release();
        memory.giveBackUnused();
        assertThat(memory.keptBytes()).isEqualTo(16_384 + 131_072);
        bodyOf(memory, 10_000, 10_000).release();
        memory.giveBackUnused();
        assertThat(memory.keptBytes()).isEqualTo(16_384);
        memory.giveBackUnused();
        assertThat(memory.keptBytes()).isZero();
    }
}
