package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that fetch from elsewhere pay nothing for the AWS SDK: they work even where it is missing. */
class SdkLoadingTest {
    private static final String OURS = "io.attestedmesh.releases.";
    private static final String SDK = "software.amazon.";

    /** The classes of this module once more, in a world without the SDK. */
    private static final class WithoutSdk extends ClassLoader {
        WithoutSdk() {
            super(SdkLoadingTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                if (name.startsWith(SDK)) {
                    throw new ClassNotFoundException(name);
                }
                if (!name.startsWith(OURS)) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bundle.json", "folder/", "https://releases.example/b", "classpath:b"})
    void open_ofAnotherLocation_needsNoSdk(String location) throws ReflectiveOperationException {
        assertThat(open(location)).isNotNull();
    }

    @Test
    void open_ofAnS3Location_needsIt() {
        assertThatThrownBy(() -> open("s3://bucket/key"))
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(NoClassDefFoundError.class);
    }

    private static Object open(String location) throws ReflectiveOperationException {
        ClassLoader loader = new WithoutSdk();
        Class<?> settings = loader.loadClass(SourceSettings.class.getName());
        Class<?> locations = loader.loadClass(SourceLocation.class.getName());
        Object parsed = locations.getMethod("parse", String.class).invoke(null, location);
        Object bounds = settings.getMethod("upTo", int.class).invoke(null, 1000);
        return locations.getMethod("open", settings).invoke(parsed, bounds);
    }
}
