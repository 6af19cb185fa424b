package dev.belvedere.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SendMemoryTest {

    private static final int LENGTH = 1 << 20;

    private final AnswerMemory answers = new AnswerMemory();
    private final SendMemory memory = answers.passing();

    @Test
    void what_was_sent_leaves_its_memory_to_the_next() {
        ByteBuf first = memory.take(LENGTH);
        assertThat(first.isDirect()).isTrue();
        memory.keep(first.writeByte(1));
        ByteBuf second = memory.take(LENGTH / 2);
        assertThat(second).isSameAs(first);
        assertThat(second.readableBytes()).isZero();
    }

    @Test
    void one_buffer_is_kept_and_a_longer_one_takes_its_place() {
        ByteBuf first = memory.take(LENGTH);
        ByteBuf second = memory.take(LENGTH);
        assertThat(second).isNotSameAs(first);
        memory.keep(first);
        memory.keep(second);
        assertThat(second.refCnt()).isZero();
        ByteBuf longer = memory.take(SendMemory.MAX_BYTES);
        assertThat(longer.writableBytes()).isEqualTo(SendMemory.MAX_BYTES);
        assertThat(first.refCnt()).isZero();
        memory.keep(longer);
        assertThat(memory.keptBytes()).isEqualTo(SendMemory.MAX_BYTES);
    }

    @Test
    void what_nobody_wanted_between_two_looks_is_given_back() {
        ByteBuf buffer = memory.take(LENGTH);
        memory.keep(buffer);
        memory.giveBackUnused();
        assertThat(memory.keptBytes()).isPositive();
        memory.giveBackUnused();
        assertThat(memory.keptBytes()).isZero();
        assertThat(buffer.refCnt()).isZero();
    }

    @Test
    void an_answer_has_its_memory_until_it_was_sent() {
        EmbeddedChannel channel = new EmbeddedChannel(new AnswerEncoder(answers));
        channel.write(answer('a'));
        channel.write(answer('b'));
        assertThat(memory.keptBytes()).isZero();
        channel.flush();
        assertThat(text(channel)).endsWith("a".repeat(LENGTH));
        assertThat(text(channel)).endsWith("b".repeat(LENGTH));
        assertThat(memory.keptBytes()).isGreaterThanOrEqualTo(LENGTH);
        channel.finishAndReleaseAll();
    }

    @Test
    void an_answer_that_cannot_be_sent_leaves_its_memory_too() {
        EmbeddedChannel channel = new EmbeddedChannel(new AnswerEncoder(answers));
        channel.write(answer('a'));
        channel.close();
        assertThat(memory.keptBytes()).isGreaterThanOrEqualTo(LENGTH);
    }

    private static WholeAnswer answer(char content) {
        byte[] body = new byte[LENGTH];
        Arrays.fill(body, (byte) content);
        return new WholeAnswer(200, Reply.JSON, List.of(), body, body.length, false, body.length, true);
    }

    private static String text(EmbeddedChannel channel) {
        ByteBuf sent = channel.readOutbound();
        return sent.toString(StandardCharsets.ISO_8859_1);
    }
}
