#include "msgsearch/Candidates.h"
#include "plugins/msgsearch/SearchFixture.h"
#include "support/RequireIdentity.h"

namespace chat::test {

/// A user's own messages, which are spread over the conversations.
class CandidatesTest : public SearchFixture {
  CPPUNIT_TEST_SUITE(CandidatesTest);
  CPPUNIT_TEST(byTheConversations);
  CPPUNIT_TEST(byTheIds);
  CPPUNIT_TEST(inARangeOfIds);
  CPPUNIT_TEST_SUITE_END();

  /// Those of Ann that `addMixed()` has stored, newest first.
  static constexpr auto Anns = "x11,x10,x9,x7,x6,x5,x3,x2,x1,";

  void addMixed() {
    for (int i = 0; i < 12; i += 4) {
      send(bob, "carl", "x" + std::to_string(i));
      send(ann, "bob", "x" + std::to_string(i + 1));
      send(carl, "ann", "x" + std::to_string(i + 2));
      send(ann, "ann", "x" + std::to_string(i + 3));
    }
  }

  msgsearch::Search anns() {
    return {{support::accountId(*ann.identity()), std::nullopt}, msgsearch::literalQuery("x"), {}, {}};
  }

  /// In steps of at most three messages.
  std::string readAll(std::uint64_t mostConversations) {
    const msgsearch::Search search = anns();
    msgsearch::Candidates candidates(database(), search, mostConversations);
    std::string all;
    std::uint64_t below = candidates.newest() + 1;
    while (below > 1) {
      const auto batch =
          candidates.fromTable({candidates.startOf(below, 3), below}, 100, msgsearch::Candidates::Form::Present);
      CPPUNIT_ASSERT(batch.messages.size() <= 3 && batch.from < below);
      for (const auto& message : batch.messages) all += message.text + ",";
      below = batch.from;
    }
    return all;
  }

  void byTheConversations() {
    addMixed();
    CPPUNIT_ASSERT_EQUAL(std::string(Anns), readAll(msgsearch::Candidates::MostConversations));
  }

  void byTheIds() {
    addMixed();
    CPPUNIT_ASSERT_EQUAL(std::string(Anns), readAll(0));
  }

  void inARangeOfIds() {
    addMixed();
    const msgsearch::Search search = anns();
    for (const std::uint64_t mostConversations : {std::uint64_t{0}, msgsearch::Candidates::MostConversations}) {
      msgsearch::Candidates candidates(database(), search, mostConversations);
      const std::uint64_t newest = candidates.newest();  // x11
      const auto batch =
          candidates.fromTable({newest - 9, newest - 1}, 2, msgsearch::Candidates::Form::Present);  // x2 to x9
      CPPUNIT_ASSERT_EQUAL(std::size_t{2}, batch.messages.size());
      CPPUNIT_ASSERT_EQUAL(std::string("x9"), batch.messages[0].text);
      CPPUNIT_ASSERT_EQUAL(std::string("x7"), batch.messages[1].text);
      CPPUNIT_ASSERT_EQUAL(newest - 4, batch.from);
    }
  }
};

CHAT_DATABASE_TEST_REGISTRATION(CandidatesTest);

}  // namespace chat::test
