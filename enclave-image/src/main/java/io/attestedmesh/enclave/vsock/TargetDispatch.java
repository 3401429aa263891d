package io.attestedmesh.enclave.vsock;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The parent's side of outbound connections: reads the target, asks the list, resolves, connects, answers. */
final class TargetDispatch implements Onward {
    private static final int RESOLVING = 4;
    private static final int WAITING_TO_RESOLVE = 1024;
    private static final int SPARE_SECONDS = 30;

    private final EventLoop loop;
    private final Set<Target> allowed;
    private final NameResolver resolver;
    private final BridgeLimits limits;
    private final ExecutorService resolving;

    TargetDispatch(EventLoop loop, Set<Target> allowed, NameResolver resolver, BridgeLimits limits) {
        this.loop = loop;
        this.allowed = Set.copyOf(allowed);
        this.resolver = resolver;
        this.limits = limits;
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                RESOLVING,
                RESOLVING,
                SPARE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_TO_RESOLVE),
                task -> {
                    Thread thread = new Thread(task, "amesh-resolve");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        this.resolving = pool;
    }

    @Override
    public void take(Session session) {
        new HeaderRead(session).await();
    }

    private final class HeaderRead implements EventLoop.Waiting, Session.Step {
        private final Session session;
        private final TargetHeader header = new TargetHeader();
        private final EventLoop.Watch watch;
        private final EventLoop.Deadline timeout;

        HeaderRead(Session session) {
            this.session = session;
            this.watch = loop.watch(session.near(), this);
            this.timeout =
                    loop.after(limits.headerTimeout(), () -> refuse(Refusal.HEADER_TIMEOUT, "no whole header in time"));
            session.during(this);
        }

        void await() {
            watch.interest(Epoll.IN);
        }

        @Override
        public void ready(int readiness) {
            try {
                Optional<Target> target = read();
                if (target.isPresent()) {
                    cancel();
                    admit(session, target.get());
                }
            } catch (MalformedTargetException e) {
                refuse(Refusal.MALFORMED_HEADER, e.getMessage());
            } catch (SystemCallException e) {
                refuse(Refusal.MALFORMED_HEADER, "no whole header: " + e.getMessage());
            }
        }

        private Optional<Target> read() throws MalformedTargetException, SystemCallException {
            Optional<Target> target = Optional.empty();
            while (target.isEmpty()) {
                Memory scratch = loop.scratch();
                int count = session.near().read(Pointer.nativeValue(scratch), header.missing());
                if (count == NativeSocket.WOULD_BLOCK) {
                    return target;
                }
                if (count == 0) {
                    throw new MalformedTargetException("the connection ended within the header");
                }
                target = header.take(scratch.getByteArray(0, count));
            }
            return target;
        }

        private void refuse(Refusal reason, String detail) {
            tell(session, reason, detail);
        }

        @Override
        public void cancel() {
            timeout.cancel();
            watch.release();
        }

        @Override
        public void abandon() {
            session.end(Pair.End.RESET);
        }
    }

    private void admit(Session session, Target target) {
        if (!allowed.contains(target)) {
            tell(session, Refusal.NOT_ALLOWED, "the target is not on the list: " + target);
            return;
        }
        long start = System.nanoTime();
        EventLoop.Deadline timeout = loop.after(
                limits.connectTimeout(),
                () -> tell(session, Refusal.UNRESOLVED, "no answer in time about the name of " + target));
        session.during(timeout::cancel);
        try {
            resolving.execute(() -> {
                try {
                    List<TcpAddress> addresses = addresses(target);
                    loop.execute(() -> {
                        timeout.cancel();
                        Duration used = Duration.ofNanos(System.nanoTime() - start);
                        connect(
                                session,
                                target,
                                addresses,
                                limits.connectTimeout().minus(used));
                    });
                } catch (UnknownHostException e) {
                    loop.execute(() -> {
                        timeout.cancel();
                        tell(session, Refusal.UNRESOLVED, "no address for the name of " + target);
                    });
                }
            });
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // the latter where no thread can be made
            tell(session, Refusal.BUSY, "too many names are being looked up to ask for that of " + target);
        }
    }

    private List<TcpAddress> addresses(Target target) throws UnknownHostException {
        List<InetAddress> addresses = resolver.resolve(target.host());
        if (addresses.isEmpty()) {
            throw new UnknownHostException(target.host());
        }
        return addresses.stream()
                .map(address -> new TcpAddress(address, target.port()))
                .toList();
    }

    private void connect(Session session, Target target, List<TcpAddress> addresses, Duration time) {
        if (session.isOver()) {
            return;
        }
        ConnectAttempt.start(session, loop, addresses, time, new ConnectAttempt.Outcome() {
            @Override
            public void connected(NativeSocket socket) {
                if (!session.isOver() && write(session, Verdict.ACCEPTED)) {
                    session.join(socket);
                } else {
                    socket.reset();
                    session.end(Pair.End.RESET);
                }
            }

            @Override
            public void failed(Refusal reason, String detail) {
                tell(session, reason, target + ": " + detail);
            }
        });
    }

    private void tell(Session session, Refusal reason, String detail) {
        session.refuse(reason, detail, () -> write(session, Verdict.telling(reason)));
    }

    /** One byte into an empty buffer; false if the enclave has gone. */
    private boolean write(Session session, Verdict verdict) {
        Memory scratch = loop.scratch();
        scratch.setByte(0, verdict.code());
        try {
            return session.near().write(Pointer.nativeValue(scratch), 1) == 1;
        } catch (SystemCallException e) {
            return false;
        }
    }

    @Override
    public void stop() {
        resolving.shutdownNow();
    }
}
