package dev.belvedere.api.http;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/// The threads that read and write sockets, and what sockets are made of: epoll where the system has it.
record Transport(EventLoopGroup eventLoops, ChannelFactory<ServerChannel> serverSockets) implements AutoCloseable {

    private static final long STOP_MILLIS = 1000;

    /// One thread for two processors: they only read and write, and a loop that finds several connections ready
    /// wakes less often than several loops with one each.
    static Transport open() {
        boolean isEpoll = Epoll.isAvailable();
        IoHandlerFactory polling = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new Transport(
                new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("http", true), polling),
                isEpoll ? EpollServerSocketChannel::new : NioServerSocketChannel::new);
    }

    /// Ends the threads, in the background, once what was handed to them is done.
    @Override
    public void close() {
        eventLoops.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS);
    }
}
