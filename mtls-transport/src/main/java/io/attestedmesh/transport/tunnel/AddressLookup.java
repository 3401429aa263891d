package io.attestedmesh.transport.tunnel;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Looks names up by the platform, on threads of its own: a name server that is slow must hold up no other stream. */
final class AddressLookup extends AddressResolverGroup<InetSocketAddress> {
    private final Executor threads;

    AddressLookup(Executor threads) {
        this.threads = threads;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor loop) {
        return new InetSocketAddressResolver(loop, new OnThreads(loop));
    }

    private final class OnThreads extends InetNameResolver {
        OnThreads(EventExecutor loop) {
            super(loop);
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> answer) {
            ask(answer, () -> answer.trySuccess(InetAddress.getByName(name)));
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> answer) {
            ask(answer, () -> answer.trySuccess(List.of(InetAddress.getAllByName(name))));
        }

        private void ask(Promise<?> answer, Question question) {
            try {
                threads.execute(() -> {
                    try {
                        question.ask();
                    } catch (UnknownHostException e) {
                        answer.tryFailure(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                answer.tryFailure(e);
            }
        }
    }

    private interface Question {
        void ask() throws UnknownHostException;
    }
}
