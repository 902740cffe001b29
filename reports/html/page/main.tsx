import './style.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { embeddedData } from './data.ts';
import { tokenIn } from './live/connection.ts';
import { LiveApp } from './live/live_app.tsx';

async function open(root: HTMLElement): Promise<void> {
  const data = await embeddedData();
  const token = data === null ? tokenIn(location.hash) : null;
  root.textContent = '';
  if (data !== null) render(<App data={data} />, root);
  else if (token !== null) render(<LiveApp token={token} />, root);
  else root.textContent = 'Nothing to show: the address of upy-check explore ends with its token.';
}

void open(document.getElementById('app') as HTMLElement);
