// Every word that a festival's awards are shown with in English. Names and rules come with the definition, films with the standings.
"use strict";
const REVEAL = {
  title: "The festival’s awards",
  loading: "Loading.",
  phase: {
    scheduled: "Entries not open yet", entering: "Entries open", entered: "Voting not open yet", voting: "Voting open",
    ended: "Ended, late records still taken", closed: "Closed, awaiting the result", sealed: "Sealed", revealed: "All revealed",
  },
  by: { jury: "The jury’s scores", metrics: "Views and likes", votes: "The audience’s votes" },
  rule: "How it is decided",
  waiting: "The result is not decided yet.",
  received: (number) => ["Votes received: ", number],
  receivedNote: "As they came in, not checked yet.",
  sealed: "Sealed",
  sealedNote: "The result is decided. Until it is revealed nobody can see it.",
  sealOf: (digits) => ["Seal ", digits, "…"],
  nobody: "No film was given it.",
  untitled: "(no caption)",
  winner: "Winner",
  places: (number) => (number === "1" ? "The first film" : `The first ${number} films`),
  place: (number) => number,
  score: {
    jury: (number) => `${number} points`, metrics: (number) => `${number} points`,
    votes: (number) => (number === "1" ? "1 vote" : `${number} votes`),
  },
  tie: {
    views: "A tie, decided by views.", likes: "A tie, decided by likes.",
    posted: "A tie, decided for the earlier post.", jury: "A tie, decided by the jury.",
    criterion: "A tie, decided by one of the jury’s criteria.",
  },
  same: "With the votes that are held apart the winner would be the same.",
  other: "With the votes that are held apart the winner would be another.",
  proof: "How to check the seal",
  proofNote: "The seal is the SHA-256 of the result’s statement. It is public before the result is, which then cannot change.",
  sealedAt: "Sealed at", hash: "Seal (SHA-256)", statement: "The result’s statement",
  announced: (award) => `${award} is revealed.`,
};
