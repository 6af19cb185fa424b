package dev.belvedere.api.http;

import dev.belvedere.platform.time.TimeSource;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The connections of all listeners: how many each may have, and what speaks on them.
final class Connections implements AutoCloseable {

    private final HttpServerOptions options;
    private final RequestRunner runner;
    private final BodyMemory bodies;
    private final AnswerMemory answers = new AnswerMemory();
    private final TimeSource time;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    Connections(HttpServerOptions options, RequestRunner runner, TimeSource time) {
        this.options = options;
        this.runner = runner;
        this.time = time;
        this.bodies = new BodyMemory(options.maxBodyBytes());
    }

    /// What sets up each connection of a listener.
    ChannelHandler of(Routes routes) {
        Protocols protocols = new Protocols(options, runner, routes, bodies, answers, time);
        AtomicInteger count = new AtomicInteger();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel connection) {
                connection.closeFuture().addListener(closed -> count.decrementAndGet());
                if (count.incrementAndGet() > options.maxConnections()) {
                    connection.close();
                    return;
                }
                open.add(connection);
                protocols.begin(connection.pipeline());
            }
        };
    }

    List<KeptMemory> kept() {
        List<KeptMemory> kept = new ArrayList<>(answers.parts());
        kept.add(bodies);
        return kept;
    }

    @Override
    public void close() {
        open.close();
    }
}
