package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.source.LookResult.Failed;
import io.attestedmesh.releases.source.LookResult.Refused;
import io.attestedmesh.releases.source.LookResult.Unchanged;
import io.attestedmesh.releases.source.LookResult.Updated;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceReaderTest {
    private final ScriptedAcceptor acceptor = new ScriptedAcceptor();
    private final ScriptedSource tagged = new ScriptedSource(true);
    private final ScriptedSource untagged = new ScriptedSource(false);

    @Test
    void look_atTheFirstContent_offersIt() {
        tagged.publish("good 1");

        assertThat(new SourceReader(tagged, acceptor).look()).isInstanceOf(Updated.class);

        assertThat(acceptor.offered()).containsExactly("good 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void look_atTheSameContent_offersItEveryTenthTime(boolean withTag) {
        ScriptedSource source = withTag ? tagged : untagged;
        source.publish("good 1");
        SourceReader reader = new SourceReader(source, acceptor);
        reader.look();

        for (int look = 1; look < SourceReader.FULL_EVERY; look++) {
            assertThat(reader.look()).isInstanceOf(Unchanged.class);
        }
        assertThat(acceptor.offered()).hasSize(1);

        assertThat(reader.look()).isInstanceOf(Unchanged.class);
        assertThat(acceptor.offered()).hasSize(2);
        assertThat(source.asked().get(SourceReader.FULL_EVERY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rolledback 1", "half 1", "early 1"})
    void look_atRefusedContentAgain_doesNotVerifyItAgain(String content) {
        tagged.publish(content);
        SourceReader reader = new SourceReader(tagged, acceptor);
        LookResult first = reader.look();

        LookResult second = reader.look();

        assertThat(first).isInstanceOf(Refused.class);
        assertThat(second).isEqualTo(first);
        assertThat(acceptor.offered()).hasSize(1);
        assertThat(tagged.asked().get(1)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void look_atRefusedContentThatHasBecomeAcceptable_takesItWithinTenLooks(boolean withTag) {
        ScriptedSource source = withTag ? tagged : untagged;
        source.publish("early 1");
        SourceReader reader = new SourceReader(source, acceptor);
        reader.look();
        acceptor.timePasses();

        int looks = 1;
        while (!(reader.look() instanceof Updated) && looks < 100) {
            looks++;
        }

        assertThat(looks).isEqualTo(SourceReader.FULL_EVERY);
    }

    @Test
    void look_atNewContentAfterARefusal_offersItAtOnce() {
        tagged.publish("half 1");
        SourceReader reader = new SourceReader(tagged, acceptor);
        reader.look();
        tagged.publish("good 1 and the other half");

        assertThat(reader.look()).isInstanceOf(Updated.class);
    }

    @Test
    void look_backAtTheOldContentAfterARefusal_isNoLongerRefused() {
        tagged.publish("good 1");
        SourceReader reader = new SourceReader(tagged, acceptor);
        reader.look();
        tagged.publish("rolledback 0");
        reader.look();
        tagged.publish("good 1");

        assertThat(reader.look()).isInstanceOf(Unchanged.class);
        assertThat(reader.look()).isInstanceOf(Unchanged.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unkept 1", "broken 1"})
    void look_atContentThatCouldNotBeDealtWith_offersItAgain(String content) {
        tagged.publish(content);
        SourceReader reader = new SourceReader(tagged, acceptor);

        assertThat(reader.look()).isInstanceOf(Failed.class);
        assertThat(reader.look()).isInstanceOf(Failed.class);

        assertThat(acceptor.offered()).hasSize(2);
        assertThat(tagged.asked()).containsExactly(Optional.empty(), Optional.empty());
    }

    @Test
    void look_atContentThatCouldNotBeDealtWithAndIsTakenBack_offersTheOldOneAgain() {
        tagged.publish("good 1");
        SourceReader reader = new SourceReader(tagged, acceptor);
        reader.look();
        tagged.publish("unkept 2");
        reader.look();
        tagged.publish("good 1");

        assertThat(reader.look()).isInstanceOf(Unchanged.class);

        assertThat(acceptor.offered()).containsExactly("good 1", "unkept 2", "good 1");
    }

    @Test
    void look_atASourceThatIsAway_forgetsNothing() {
        tagged.publish("good 1");
        SourceReader reader = new SourceReader(tagged, acceptor);
        reader.look();
        tagged.fail("away");

        assertThat(reader.look()).isInstanceOf(Failed.class);

        tagged.publish("good 1");
        assertThat(reader.look()).isInstanceOf(Unchanged.class);
        assertThat(acceptor.offered()).hasSize(1);
    }

    @Test
    void look_atASourceThatIsAwayAtTheTenthTime_isUnconditionalAtTheNext() {
        tagged.publish("good 1");
        SourceReader reader = new SourceReader(tagged, acceptor);
        for (int look = 0; look < SourceReader.FULL_EVERY; look++) {
            reader.look();
        }
        tagged.fail("away");
        reader.look();
        tagged.publish("good 1");

        reader.look();

        assertThat(acceptor.offered()).hasSize(2);
    }

    @Test
    void look_atASourceWhoseLibraryIsMissing_fails() {
        tagged.meanwhile(() -> {
            throw new NoClassDefFoundError("software/amazon/awssdk/services/s3/S3Client");
        });

        assertThat(new SourceReader(tagged, acceptor).look()).isInstanceOf(Failed.class);
    }

    @Test
    void look_atContentThatTakesTooMuchStack_failsAndIsOfferedAgain() {
        tagged.publish("good 1");
        List<String> offered = new ArrayList<>();
        SourceReader reader = new SourceReader(tagged, bundle -> {
            offered.add(bundle.toString());
            throw new StackOverflowError();
        });

        assertThat(reader.look()).isInstanceOf(Failed.class);
        assertThat(reader.look()).isInstanceOf(Failed.class);
        assertThat(offered).hasSize(2);
    }

    @Test
    void look_atTheSameContentUnderAnotherETag_asksByThatTheNextTime() {
        Validator older = Validator.entityTag("here", "\"1\"").orElseThrow();
        Validator newer = Validator.entityTag("here", "\"2\"").orElseThrow();
        List<Optional<Validator>> asked = new ArrayList<>();
        SourceReader reader = new SourceReader(
                new ReleaseSource() {
                    @Override
                    public Optional<Fetched> fetch(Optional<Validator> seen) {
                        asked.add(seen);
                        Validator now = asked.size() == 1 ? older : newer;
                        return Optional.of(
                                new Fetched(ScriptedSource.bytes("good 1"), Optional.empty(), Optional.of(now)));
                    }

                    @Override
                    public String describe() {
                        return "two ETags";
                    }
                },
                acceptor);
        reader.look();
        reader.look();
        reader.look();

        assertThat(asked).containsExactly(Optional.empty(), Optional.of(older), Optional.of(newer));
        assertThat(acceptor.offered()).hasSize(1);
    }

    @Test
    void look_atContentThatDoesNotFitIntoMemory_failsAndIsOfferedAgain() {
        untagged.publish("good 1");
        List<String> offered = new ArrayList<>();
        SourceReader reader = new SourceReader(untagged, bundle -> {
            offered.add(bundle.toString());
            throw new OutOfMemoryError("Java heap space");
        });

        assertThat(reader.look()).isInstanceOf(Failed.class);
        assertThat(reader.look()).isInstanceOf(Failed.class);
        assertThat(offered).hasSize(2);
    }

    @Test
    void look_atMalformedContent_saysWhatOnOneLine() {
        untagged.publish("half 1");

        assertThat(new SourceReader(untagged, acceptor).look()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(FeedEvents.MALFORMED);
            assertThat(refused.what())
                    .isEqualTo("problem=\"bundle: it ends in the middle of 'a word'\\u000aand a line\"");
        });
    }

    @Test
    void look_atARejectedList_saysReasonExpectedActual() {
        tagged.publish("rolledback \"6\"\n");

        assertThat(new SourceReader(tagged, acceptor).look()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo("LIST_ROLLBACK");
            assertThat(refused.what()).isEqualTo("expected=\"version 7 or higher\" actual=\"rolledback '6'\\u000a\"");
            assertThat(refused.version()).isPresent();
        });
    }
}
