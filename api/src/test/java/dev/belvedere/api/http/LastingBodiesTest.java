package dev.belvedere.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LastingBodiesTest {

    private static final int LENGTH = 1 << 20;

    private final AnswerMemory memory = new AnswerMemory();
    private final LastingBodies lasting = memory.lasting();

    private ByteBuf ready(byte[] body) {
        return Objects.requireNonNull(lasting.ready(body, body.length));
    }

    private static byte[] body(int value) {
        byte[] body = new byte[LENGTH];
        Arrays.fill(body, (byte) value);
        return body;
    }

    @Test
    void a_body_that_is_sent_again_is_not_copied_again() {
        byte[] body = body(1);
        ByteBuf first = ready(body);
        ByteBuf second = ready(body);
        assertThat(second.memoryAddress()).isEqualTo(first.memoryAddress());
        assertThat(second).isEqualTo(Unpooled.wrappedBuffer(body));
        assertThat(lasting.keptBytes()).isEqualTo(LENGTH);
        assertThat(ready(body.clone()).memoryAddress())
                .as("an equal array may be changed later")
                .isNotEqualTo(first.memoryAddress());
    }

    @Test
    void what_is_short_or_very_long_is_not_kept() {
        assertThat(lasting.ready(new byte[LastingBodies.MIN_BYTES - 1], LastingBodies.MIN_BYTES - 1))
                .isNull();
        assertThat(lasting.ready(new byte[LastingBodies.MAX_BYTES + 1], LastingBodies.MAX_BYTES + 1))
                .isNull();
        assertThat(lasting.keptBytes()).isZero();
    }

    @Test
    void what_was_not_sent_for_longest_goes_first_and_is_still_sent_to_the_end() {
        byte[] oldest = body(1);
        byte[] second = body(2);
        ByteBuf onItsWay = ready(oldest);
        ByteBuf kept = ready(second);
        ready(body(3));
        ready(body(4));
        ready(second);
        ready(body(5));
        assertThat(lasting.keptBytes()).isEqualTo(LastingBodies.MAX_BYTES);
        assertThat(onItsWay.refCnt()).as("held by its reader alone").isEqualTo(1);
        assertThat(onItsWay).isEqualTo(Unpooled.wrappedBuffer(oldest));
        assertThat(ready(second).memoryAddress()).isEqualTo(kept.memoryAddress());
    }

    @Test
    void what_was_not_sent_between_two_looks_is_given_back() {
        byte[] used = body(1);
        ByteBuf of = ready(used);
        ByteBuf other = ready(body(2));
        lasting.giveBackUnused();
        ready(used);
        assertThat(lasting.keptBytes()).isEqualTo(2 * LENGTH);
        lasting.giveBackUnused();
        assertThat(lasting.keptBytes()).isEqualTo(LENGTH);
        assertThat(other.refCnt()).isEqualTo(1);
        assertThat(of.refCnt()).isEqualTo(3);
    }

    @Test
    void an_answer_has_the_same_bytes_whether_its_body_lasts_or_not() {
        byte[] body = body('x');
        String once = sent(body, false);
        assertThat(once).startsWith("HTTP/1.1 200 OK\r\n").contains("content-length: " + LENGTH + "\r\n");
        assertThat(lasting.keptBytes()).isZero();
        assertThat(sent(body, true)).isEqualTo(once);
        assertThat(sent(body, true)).isEqualTo(once);
        assertThat(lasting.keptBytes()).isEqualTo(LENGTH);
    }

    private String sent(byte[] body, boolean isLasting) {
        EmbeddedChannel channel = new EmbeddedChannel(new AnswerEncoder(memory));
        channel.writeOutbound(
                new WholeAnswer(200, Reply.JSON, List.of(), body, body.length, isLasting, body.length, true));
        StringBuilder sent = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            sent.append(part.toString(StandardCharsets.ISO_8859_1));
            part.release();
        }
        channel.finishAndReleaseAll();
        return sent.toString();
    }
}
