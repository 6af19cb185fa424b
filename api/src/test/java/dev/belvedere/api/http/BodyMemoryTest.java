package dev.belvedere.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belvedere.model.OperationException;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
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
            byte[] whole = body.whole();
            assertThat(whole).hasSize(600_000);
            assertThat(whole[299_999]).isZero();
            assertThat(whole[300_000]).isEqualTo((byte) 2);
            assertThat(whole[599_999]).isEqualTo((byte) 3);
            body.release();
        }
    }

    @Test
    void what_is_announced_alone_takes_little() {
        for (int i = 0; i < 3; i++) {
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
}
