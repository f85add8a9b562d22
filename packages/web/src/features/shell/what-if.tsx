import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { WHAT_IF_TEXT } from "../../text/what-if-en.ts";
import { ComparePanel } from "../compare/compare-panel.tsx";
import { LoadPanel } from "../what-if/load-panel.tsx";
import { RatesPanel } from "../what-if/rates-panel.tsx";
import "../../styles/charts.css";
import "../../styles/what-if.css";

/** What would be if: another load, other cards, another plan. */
export function WhatIf(): ReactNode {
  const text = WHAT_IF_TEXT;
  return (
    <Tabs className="tabs">
      <TabList aria-label={text.parts} className="tab-list">
        <Tab id="load" className="tab">
          {text.load}
        </Tab>
        <Tab id="cards" className="tab">
          {text.cards}
        </Tab>
        <Tab id="rates" className="tab">
          {text.rates}
        </Tab>
      </TabList>
      <TabPanel id="load">
        <LoadPanel />
      </TabPanel>
      <TabPanel id="cards">
        <ComparePanel />
      </TabPanel>
      <TabPanel id="rates">
        <RatesPanel />
      </TabPanel>
    </Tabs>
  );
}
