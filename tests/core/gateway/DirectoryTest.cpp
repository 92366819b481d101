#include <cppunit/extensions/HelperMacros.h>

#include "FakeEndpoint.h"
#include "gateway/endpoint/Directory.h"

namespace chat::gateway {
namespace {

std::shared_ptr<const plugin::Identity> identity(std::string user, std::string credential) {
  return std::make_shared<const plugin::Identity>(plugin::Identity{{user}, user, std::move(credential), {}});
}

}  // namespace

class DirectoryTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(DirectoryTest);
  CPPUNIT_TEST(handlesGoStale);
  CPPUNIT_TEST(foundByUserAndCredential);
  CPPUNIT_TEST(credentialsAreListedInParts);
  CPPUNIT_TEST(anotherUserStartsAnotherStream);
  CPPUNIT_TEST_SUITE_END();

  Transcript _transcript;
  Directory _directory{3};

  Endpoint& add() { return _directory.add(std::make_unique<FakeEndpoint>(_transcript)); }

 public:
  void handlesGoStale() {
    const auto first = add().handle;
    CPPUNIT_ASSERT(_directory.find(first) != nullptr);
    CPPUNIT_ASSERT(_directory.remove(first) != nullptr);
    CPPUNIT_ASSERT(_directory.remove(first) == nullptr);
    const auto second = add().handle;
    CPPUNIT_ASSERT_EQUAL(first.slot, second.slot);
    CPPUNIT_ASSERT(_directory.find(first) == nullptr);
    CPPUNIT_ASSERT(_directory.find(second) != nullptr);
  }

  void foundByUserAndCredential() {
    auto& one = add();
    auto& two = add();
    _directory.identify(one, identity("anna", "t1"));
    _directory.identify(two, identity("anna", "t2"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, _directory.ofUser({"anna"}).size());
    CPPUNIT_ASSERT(_directory.ofCredential("t2") == std::vector<Endpoint*>{&two});
    _directory.identify(two, identity("bert", "t3"));
    CPPUNIT_ASSERT(_directory.ofUser({"anna"}) == std::vector<Endpoint*>{&one});
    CPPUNIT_ASSERT(_directory.ofCredential("t2").empty());
    _directory.remove(one.handle);
    CPPUNIT_ASSERT(_directory.ofUser({"anna"}).empty());
  }

  void credentialsAreListedInParts() {
    for (const char* credential : {"c", "a", "b", "b", ""}) _directory.identify(add(), identity("anna", credential));
    using Texts = std::vector<std::string>;
    CPPUNIT_ASSERT((_directory.credentials("", 2) == Texts{"a", "b"}));
    CPPUNIT_ASSERT((_directory.credentials("b", 2) == Texts{"c"}));
    CPPUNIT_ASSERT((_directory.credentials("c", 2) == Texts{}));
  }

  void anotherUserStartsAnotherStream() {
    auto& endpoint = add();
    _directory.identify(endpoint, identity("anna", "t1"));
    endpoint.positions.reach(plugin::Stream{1}, 7);
    _directory.identify(endpoint, identity("anna", "t2"));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, endpoint.positions.last(plugin::Stream{1}));
    _directory.identify(endpoint, identity("bert", "t3"));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, endpoint.positions.last(plugin::Stream{1}));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DirectoryTest);

}  // namespace chat::gateway
