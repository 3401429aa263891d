package io.attestedmesh.enclave.vsock;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.attestedmesh.attest.evidence.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The enclave's side of outbound connections: each goes to the parent, which is told the target and answers. */
final class NamedTarget implements Onward {
    private final EventLoop loop;
    private final StreamAddress parent;
    private final Target target;
    private final Bytes header;
    private final BridgeLimits limits;

    NamedTarget(EventLoop loop, StreamAddress parent, Target target, BridgeLimits limits) {
        this.loop = loop;
        this.parent = parent;
        this.target = target;
        this.header = TargetHeader.encode(target);
        this.limits = limits;
    }

    @Override
    public void take(Session session) {
        ConnectAttempt.start(session, loop, List.of(parent), limits.connectTimeout(), new ConnectAttempt.Outcome() {
            @Override
            public void connected(NativeSocket socket) {
                ask(session, socket);
            }

            @Override
            public void failed(Refusal reason, String detail) {
                session.refuse(reason, "the parent: " + detail);
            }
        });
    }

    private void ask(Session session, NativeSocket socket) {
        Memory scratch = loop.scratch();
        scratch.write(0, header.toByteArray(), 0, header.size());
        try {
            if (socket.write(Pointer.nativeValue(scratch), header.size()) < header.size()) {
                throw new SystemCallException("writing all of it", SystemCalls.EAGAIN);
            }
        } catch (SystemCallException e) {
            socket.close();
            session.refuse(Refusal.UNREACHABLE, "the parent took no header for " + target + ": " + e.getMessage());
            return;
        }
        new Answer(session, socket).await();
    }

    private final class Answer implements EventLoop.Waiting, Session.Step {
        private final Session session;
        private final EventLoop.Watch watch;
        private final EventLoop.Deadline timeout;

        Answer(Session session, NativeSocket socket) {
            this.session = session;
            this.watch = loop.watch(socket, this);
            // the parent has its own limit for resolving and connecting, and tells which failed
            Duration patience = limits.connectTimeout().multipliedBy(2).plus(limits.headerTimeout());
            this.timeout = loop.after(patience, () -> refuse(Refusal.NO_VERDICT, "the parent gave no answer in time"));
            session.during(this);
        }

        void await() {
            watch.interest(Epoll.IN);
        }

        @Override
        public void ready(int readiness) {
            Memory scratch = loop.scratch();
            int count;
            try {
                count = watch.socket().read(Pointer.nativeValue(scratch), 1);
            } catch (SystemCallException e) {
                refuse(Refusal.NO_VERDICT, "waiting for the parent's answer: " + e.getMessage());
                return;
            }
            if (count == NativeSocket.WOULD_BLOCK) {
                return;
            }
            Optional<Verdict> verdict = count == 0 ? Optional.empty() : Verdict.of(scratch.getByte(0));
            if (verdict.isEmpty()) {
                refuse(Refusal.NO_VERDICT, count == 0 ? "the parent hung up" : "the parent's answer is none");
            } else if (verdict.get().refusal().isPresent()) {
                refuse(verdict.get().refusal().get(), "the parent refused " + target);
            } else {
                timeout.cancel();
                session.join(watch.release());
            }
        }

        private void refuse(Refusal reason, String detail) {
            session.refuse(reason, detail);
        }

        @Override
        public void cancel() {
            timeout.cancel();
            watch.close();
        }

        @Override
        public void abandon() {
            session.end(Pair.End.RESET);
        }
    }
}
