#include <cppunit/extensions/HelperMacros.h>

#include <vector>

#include "gateway/endpoint/UserSockets.h"

namespace chat::gateway {

class UserSocketsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(UserSocketsTest);
  CPPUNIT_TEST(theOldestGoes);
  CPPUNIT_TEST(whoLeavesMakesRoom);
  CPPUNIT_TEST(usersDontShareTheirRoom);
  CPPUNIT_TEST(whoHadToGoIsCountedNoMore);
  CPPUNIT_TEST_SUITE_END();

  static EndpointHandle at(std::uint32_t loop, std::uint64_t generation) { return {loop, 0, generation}; }

  std::vector<EndpointHandle> _ended;
  UserSockets _users{2, [this](const EndpointHandle& endpoint) { _ended.push_back(endpoint); }};

 public:
  void theOldestGoes() {
    _users.entered({"anna"}, at(0, 1));
    _users.entered({"anna"}, at(1, 1));
    CPPUNIT_ASSERT(_ended.empty());
    _users.entered({"anna"}, at(0, 2));
    _users.entered({"anna"}, at(0, 3));
    CPPUNIT_ASSERT((_ended == std::vector{at(0, 1), at(1, 1)}));
  }

  void whoLeavesMakesRoom() {
    _users.entered({"anna"}, at(0, 1));
    _users.entered({"anna"}, at(0, 2));
    _users.left({"anna"}, at(0, 1));
    _users.entered({"anna"}, at(0, 3));
    CPPUNIT_ASSERT(_ended.empty());
  }

  void usersDontShareTheirRoom() {
    _users.entered({"anna"}, at(0, 1));
    _users.entered({"anna"}, at(0, 2));
    _users.entered({"bert"}, at(0, 3));
    CPPUNIT_ASSERT(_ended.empty());
    _users.left({"bert"}, at(0, 1));
    _users.left({"carl"}, at(0, 1));
    _users.entered({"anna"}, at(0, 4));
    CPPUNIT_ASSERT((_ended == std::vector{at(0, 1)}));
  }

  void whoHadToGoIsCountedNoMore() {
    for (std::uint64_t i = 1; i <= 3; ++i) _users.entered({"anna"}, at(0, i));
    _users.left({"anna"}, at(0, 1));
    _users.left({"anna"}, at(0, 2));
    _users.entered({"anna"}, at(0, 4));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, _ended.size());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UserSocketsTest);

}  // namespace chat::gateway
