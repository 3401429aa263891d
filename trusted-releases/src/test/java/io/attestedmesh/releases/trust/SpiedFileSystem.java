package io.attestedmesh.releases.trust;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;

/** The system's files, with something done before each operation on them and after it. */
final class SpiedFileSystem extends FileSystem {
    /** What is done. */
    interface Spy {
        void look() throws IOException;
    }

    private final FileSystem real;
    private final Spy spy;
    private final FileSystemProvider provider;

    SpiedFileSystem(FileSystem real, Spy spy) {
        this.real = real;
        this.spy = spy;
        this.provider = new Provider(real.provider());
    }

    /** {@code path} with every operation seen. */
    Path seen(Path path) {
        return (Path) Proxy.newProxyInstance(
                Path.class.getClassLoader(),
                new Class<?>[] {Path.class},
                (proxy, method, arguments) -> call(path, method, arguments));
    }

    private Object call(Path path, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("getFileSystem")) {
            return this;
        }
        Object[] plain = arguments == null ? new Object[0] : arguments.clone();
        for (int i = 0; i < plain.length; i++) {
            plain[i] = plain[i] instanceof Path other ? real(other) : plain[i];
        }
        try {
            Object result = method.invoke(path, plain);
            return result instanceof Path other ? seen(other) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The path that the system knows. */
    private Path real(Path path) {
        return path.getFileSystem() == this ? real.getPath(path.toString()) : path;
    }

    private interface Operation<T> {
        T run() throws IOException;
    }

    private <T> T spied(Operation<T> operation) throws IOException {
        spy.look();
        try {
            return operation.run();
        } finally {
            spy.look();
        }
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return real.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
        return seen(real.getPath(first, more));
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return real.getSeparator();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        throw new UnsupportedOperationException();
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
        throw new UnsupportedOperationException();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }

    private final class Provider extends FileSystemProvider {
        private final FileSystemProvider system;

        Provider(FileSystemProvider system) {
            this.system = system;
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            return spied(() -> system.newFileChannel(real(path), options, attributes));
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            return spied(() -> system.newByteChannel(real(path), options, attributes));
        }

        @Override
        public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
            return spied(() -> system.newInputStream(real(path), options));
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter)
                throws IOException {
            return system.newDirectoryStream(real(folder), filter);
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) throws IOException {
            spied(() -> {
                system.move(real(source), real(target), options);
                return null;
            });
        }

        @Override
        public void delete(Path path) throws IOException {
            spied(() -> {
                system.delete(real(path));
                return null;
            });
        }

        @Override
        public boolean deleteIfExists(Path path) throws IOException {
            return spied(() -> system.deleteIfExists(real(path)));
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
            return system.getFileAttributeView(real(path), type, options);
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            return system.readAttributes(real(path), type, options);
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            system.checkAccess(real(path), modes);
        }

        @Override
        public String getScheme() {
            return "spied";
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Path getPath(URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void createDirectory(Path folder, FileAttribute<?>... attributes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isSameFile(Path one, Path other) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isHidden(Path path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileStore getFileStore(Path path) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
            throw new UnsupportedOperationException();
        }
    }
}
