package io.attestedmesh.enclave.vsock;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One thread that serves all sockets given to it. What is not public here is called on that thread alone. */
public final class EventLoop implements AutoCloseable {
    /** Bytes read at once, and kept at most for a direction whose reader is slow. */
    static final int CHUNK = 64 * 1024;

    private static final System.Logger LOG = System.getLogger(EventLoop.class.getName());
    private static final int SPARE_CHUNKS = 64;
    private static final int NONBLOCK_CLOEXEC = 0x80800;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long FOREVER = -1;
    private static final long WAKE_UP = -1L;

    /** Someone who waits for a socket. */
    interface Waiting {
        /** Called with the bits of {@link Epoll} that hold. */
        void ready(int readiness);

        /** The loop ends, or {@link #ready} failed: close everything. */
        void abandon();
    }

    final Epoll epoll = new Epoll();
    private final int wakeUp;
    private final Memory wakeUpCount = new Memory(Long.BYTES);
    private Memory scratch = new Memory(CHUNK);
    private final Deque<Memory> spare = new ArrayDeque<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Deadline> deadlines = new PriorityQueue<>(Comparator.comparingLong(d -> d.at));
    private final CompletableFuture<Void> failed = new CompletableFuture<>();
    private final Thread thread;
    private Watch[] watches = new Watch[256];
    private int generations;
    private volatile boolean closing;
    private boolean ended;

    private EventLoop(String name) throws SystemCallException {
        wakeUp = SystemCalls.eventfd(0, NONBLOCK_CLOEXEC);
        if (wakeUp < 0) {
            epoll.close();
            throw SystemCallException.last("making an eventfd");
        }
        epoll.add(wakeUp, Epoll.IN, WAKE_UP);
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /**
     * Starts one.
     *
     * @param name of its thread
     */
    public static EventLoop start(String name) throws IOException {
        EventLoop loop = new EventLoop(name);
        loop.thread.start();
        return loop;
    }

    /** Done when the loop has ended without {@link #close}: all its connections and listeners are closed then. */
    public CompletionStage<Void> failed() {
        return failed.minimalCompletionStage();
    }

    /** Runs {@code task} on the loop's thread, soon. Any thread may call it; false, and nothing, once the loop has ended. */
    boolean execute(Runnable task) {
        synchronized (this) {
            if (ended) {
                return false;
            }
            tasks.add(task);
            if (Thread.currentThread() != thread) {
                wake();
            }
            return true;
        }
    }

    private synchronized void wake() {
        if (!ended) {
            wakeUpCount.setLong(0, 1);
            // a full counter has woken it already
            SystemCalls.write(wakeUp, Pointer.nativeValue(wakeUpCount), Long.BYTES);
        }
    }

    /** A time at which something happens, unless it is cancelled. */
    static final class Deadline {
        private final long at;
        private Runnable task;

        private Deadline(long at, Runnable task) {
            this.at = at;
            this.task = task;
        }

        void cancel() {
            task = null;
        }
    }

    Deadline after(Duration delay, Runnable task) {
        Deadline deadline = new Deadline(System.nanoTime() + delay.toNanos(), task);
        deadlines.add(deadline);
        return deadline;
    }

    /** What the loop knows of one socket. */
    final class Watch {
        /** Not even told of errors: an interest that the kernel has no bits for. */
        static final int NOTHING = -1;

        private final NativeSocket socket;
        private final Waiting waiting;
        private final long data;
        private int interest = NOTHING;

        private Watch(NativeSocket socket, Waiting waiting) {
            this.socket = socket;
            this.waiting = waiting;
            this.data = (long) (++generations & Integer.MAX_VALUE) << Integer.SIZE | socket.fd();
        }

        /** Bits of {@link Epoll}; errors and the end of both directions are told with any, also with none. */
        void interest(int wanted) {
            if (wanted == interest) {
                return;
            }
            try {
                if (wanted == NOTHING) {
                    epoll.remove(socket.fd());
                } else if (interest == NOTHING) {
                    epoll.add(socket.fd(), wanted, data);
                } else {
                    epoll.change(socket.fd(), wanted, data);
                }
                interest = wanted;
            } catch (SystemCallException e) {
                throw new UncheckedIOException(e);
            }
        }

        int interest() {
            return interest;
        }

        NativeSocket socket() {
            return socket;
        }

        /** Ends the watching and leaves the socket open, for someone else. */
        NativeSocket release() {
            if (watches[socket.fd()] == this && socket.isOpen()) {
                interest(NOTHING);
                forget();
            }
            return socket;
        }

        void close() {
            forget();
            socket.close();
        }

        void reset() {
            forget();
            socket.reset();
        }

        private void forget() {
            if (watches[socket.fd()] == this) {
                watches[socket.fd()] = null;
            }
        }
    }

    /** Takes in an open socket that is not watched yet; {@link Watch#interest} begins the watching. */
    Watch watch(NativeSocket socket, Waiting waiting) {
        int fd = socket.fd();
        if (fd >= watches.length) {
            watches = Arrays.copyOf(watches, Math.max(fd + 1, watches.length * 2));
        }
        Watch watch = new Watch(socket, waiting);
        watches[fd] = watch;
        return watch;
    }

    /** {@link #CHUNK} bytes that are free until the next call of anything. */
    Memory scratch() {
        return scratch;
    }

    /** Hands {@link #scratch} and what is in it over, until {@link #giveBack}. */
    Memory keepScratch() {
        Memory kept = scratch;
        scratch = spare.isEmpty() ? new Memory(CHUNK) : spare.pop();
        return kept;
    }

    void giveBack(Memory chunk) {
        if (spare.size() < SPARE_CHUNKS) {
            spare.push(chunk);
        } else {
            chunk.close();
        }
    }

    private void run() {
        try {
            while (!closing) {
                serve(epoll.await(waitMillis()));
            }
        } catch (SystemCallException | RuntimeException | Error e) {
            LOG.log(Level.ERROR, "the event loop ends", e);
        } finally {
            end();
            if (!closing) {
                failed.complete(null);
            }
        }
    }

    private void serve(int ready) {
        for (int i = 0; i < ready; i++) {
            long data = epoll.data(i);
            if (data == WAKE_UP) {
                SystemCalls.read(wakeUp, Pointer.nativeValue(scratch), Long.BYTES);
                continue;
            }
            Watch watch = watches[(int) data];
            // a socket that was closed in this round may have given its number to another
            if (watch != null && watch.data == data) {
                tell(watch, epoll.readiness(i));
            }
        }
        runTasks();
        long now = System.nanoTime();
        while (!deadlines.isEmpty() && deadlines.peek().at - now <= 0) {
            Runnable task = deadlines.remove().task;
            if (task != null) {
                guarded(task);
            }
        }
    }

    private void runTasks() {
        for (int count = tasks.size(); count > 0; count--) {
            guarded(tasks.remove());
        }
    }

    private static void tell(Watch watch, int readiness) {
        try {
            watch.waiting.ready(readiness);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a connection ends because of a defect", e);
            guarded(watch.waiting::abandon);
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a task of the event loop failed", e);
        }
    }

    private int waitMillis() {
        while (!deadlines.isEmpty() && deadlines.peek().task == null) {
            deadlines.remove();
        }
        long millis = FOREVER;
        if (!tasks.isEmpty()) {
            millis = 0;
        } else if (!deadlines.isEmpty()) {
            long nanos = Math.max(0, deadlines.peek().at - System.nanoTime());
            millis = Math.min((nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI, Integer.MAX_VALUE);
        }
        return (int) millis;
    }

    private void end() {
        do {
            runTasks();
        } while (!isLast());
        for (Watch watch : watches.clone()) {
            if (watch != null) {
                guarded(watch.waiting::abandon);
                guarded(watch::close);
            }
        }
        epoll.close();
        SystemCalls.close(wakeUp);
        spare.forEach(Memory::close);
        scratch.close();
    }

    /** From here on no task is taken; unless there is one. */
    private synchronized boolean isLast() {
        ended = tasks.isEmpty();
        return ended;
    }

    /** Closes all sockets at once and waits until the thread has ended. */
    @Override
    public void close() {
        closing = true;
        wake();
        boolean interrupted = false;
        while (thread.isAlive() && Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
