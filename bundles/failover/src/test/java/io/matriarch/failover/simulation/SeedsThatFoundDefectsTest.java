package io.matriarch.failover.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Histories that once broke a promise. They stay, although the model has moved on since and a seed
 * may tell another story by now: what they found has a case of its own among the specifications.
 */
class SeedsThatFoundDefectsTest {
    @ParameterizedTest
    @ValueSource(longs = {79, 400, 450})
    @DisplayName("a late deletion of the leader key hit a key that was held again")
    void lateDeletion(long seed) {
        assertThat(Story.tell(seed, Rules.ALL).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {86})
    @DisplayName("after its calendar was set back, the only candidate waited for an hour")
    void calendarSetBack(long seed) {
        assertThat(Story.tell(seed, Rules.ALL).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 44, 53, 57, 77, 83, 93, 98, 102, 107})
    @DisplayName("two timelines had one number, and a member waited for ever to stream")
    void oneNumberForTwoTimelines(long seed) {
        assertThat(Story.tell(seed, Rules.ALL).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {500_211})
    @DisplayName("a primary was started after its agent had stood still past the lease")
    void startedTooLate(long seed) {
        assertThat(Story.tell(seed, Rules.ALL).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {10_779})
    @DisplayName("after a promotion that failed halfway no member ever dared to rewind")
    void checkpointPendingForEver(long seed) {
        assertThat(Story.tell(seed, Rules.ALL).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {397_876_661})
    @DisplayName("the voter that was left of two voted alone before it had caught up")
    void laggingVoter(long seed) {
        assertThat(Story.tell(seed, Rules.ALL).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {730_922_975})
    @DisplayName("an agent gave the key away beside a server its earlier life had told to promote")
    void promotedByAnEarlierLife(long seed) {
        assertThat(Story.tell(seed, Rules.ALL).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {219_418_811})
    @DisplayName("a leader of before was promoted alone, on a key its successor had yet to write")
    void oldLeaderInTheKey(long seed) {
        assertThat(Story.tell(seed, Rules.ALL).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {191_708_330})
    @DisplayName("who alone had every commit was not on the list of those who may lead")
    void wholeButNotOnTheList(long seed) {
        var standby = Rules.with(Rule.STANDBY_NOT_PROMOTED);
        assertThat(Story.tell(seed, standby).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {2_916})
    @DisplayName("a standby leader that stopped to be rewound gave the key away, again and again")
    void stoppedToBeRewound(long seed) {
        var standby = Rules.with(Rule.STANDBY_NOT_PROMOTED);
        assertThat(Story.tell(seed, standby).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {3_739})
    @DisplayName("a standby cluster streamed on a timeline before the last of its history")
    void behindItsHistory(long seed) {
        var standby = Rules.with(Rule.STANDBY_NOT_PROMOTED);
        assertThat(Story.tell(seed, standby).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1_817})
    @DisplayName("a key of an earlier life came after the promotion's, which had not been written")
    void keyOfAnEarlierLife(long seed) {
        var struck = Rules.with(Rule.SYNC_SETTLED);
        assertThat(Story.tell(seed, struck).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1_674})
    @DisplayName("a server told to promote did so when the cluster was to follow another by then")
    void promotedInAStandbyCluster(long seed) {
        var standby = Rules.with(Rule.STANDBY_NOT_PROMOTED);
        assertThat(Story.tell(seed, standby).failure()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {3_396})
    @DisplayName("who could lead waited for a higher priority on a timeline that was left")
    void priorityOnAnOldTimeline(long seed) {
        var struck = Rules.with(Rule.SYNC_SETTLED);
        assertThat(Story.tell(seed, struck).failure()).isEmpty();
    }
}
